// SPDX-License-Identifier: GPL-3.0-or-later
// What is said to a proxy before the stream through it is open: SOCKS 5 (RFC 1928, 1929) and HTTP's CONNECT (RFC 9110,
// section 9.3.6). Pure: bytes in, bytes out, in pieces of any size. A proxy may be anybody: what it says is bounded,
// looked at once, and believed only as far as it is an answer.
#pragma once

#include <memory>

#include "engine/glib/proxy.hpp"
#include "engine/host/network.hpp"

namespace tox {

class ProxyTalk {
  public:
    // nullptr: `to` is nothing that a proxy can be asked for.
    static std::unique_ptr<ProxyTalk> with(const Proxy& proxy, const StreamAddress& to);
    virtual ~ProxyTalk() = default;
    ProxyTalk(const ProxyTalk&) = delete;
    ProxyTalk& operator=(const ProxyTalk&) = delete;

    void hear(ByteView bytes);
    Bytes to_say() { return std::exchange(to_say_, {}); }
    bool open() const { return open_; }
    const std::optional<ProxyTrouble>& trouble() const { return trouble_; }  // it is over, in vain
    // Once open: what came behind the proxy's last word. It belongs to the stream.
    ByteView surplus() const { return heard_; }

  protected:
    explicit ProxyTalk(std::size_t most_heard) : most_heard_(most_heard) {}

    virtual bool step() = 0;  // false: it takes more bytes, or it is over
    void say(std::string_view text) { append(to_say_, bytes_of(text)); }
    bool fail(ProxyTrouble::What what, unsigned code = 0) {
        trouble_ = {what, code};
        return false;
    }
    bool succeed() {
        open_ = true;
        return false;
    }
    std::size_t have() const { return heard_.size(); }
    Byte at(std::size_t index) const { return heard_[index]; }
    ByteView heard() const { return heard_; }
    void drop(std::size_t count) { heard_.erase(heard_.begin(), heard_.begin() + static_cast<std::ptrdiff_t>(count)); }

  private:
    const std::size_t most_heard_;
    Bytes heard_, to_say_;
    bool open_ = false;
    std::optional<ProxyTrouble> trouble_;
};

}  // namespace tox
