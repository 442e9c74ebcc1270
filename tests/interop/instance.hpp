// SPDX-License-Identifier: GPL-3.0-or-later
// One libtoxcore instance and what it does by itself: answers requests, counts and floods. Knows no lines but those it
// prints.
#pragma once

#include <tox/tox.h>

#include <memory>
#include <optional>

#include "tests/interop/lines.hpp"

namespace interop {

inline std::string_view connection_name(Tox_Connection value) {
    if (value == TOX_CONNECTION_NONE) return "none";
    return value == TOX_CONNECTION_UDP ? "udp" : "tcp";
}

class Instance {
  public:
    Instance(std::string name, const Command& command);  // throws Refused

    std::string describe() const;  // the fields of a reply to "new" and "self"
    void iterate();
    bool running() const { return running_; }
    void set_running(bool running) { running_ = running; }
    unsigned interval_ms() const { return tox_iteration_interval(tox_.get()); }
    std::uint64_t save();  // bytes; to the path given to "new"
    Tox* tox() const { return tox_.get(); }

    bool accept_requests = false;
    bool count_messages = false;

    // Messages "F", eight hex digits of their number, filler; as fast as the library takes them.
    void flood(std::uint32_t contact, std::uint64_t count, std::size_t size);
    void expect(std::uint64_t count) { expected_ = {count, 0, 0}; }
    std::string stats() const;

    // From the library's callbacks
    void heard(std::uint32_t contact, Tox_Message_Type type, std::string_view text);
    void asked(const std::uint8_t* key, std::string_view text);
    void receipt(std::uint32_t contact, std::uint32_t id);
    void tell(std::string_view what, const std::string& fields) const { event(name_, what, fields); }

  private:
    struct End {
        void operator()(Tox* tox) const { tox_kill(tox); }
    };
    struct Flood {
        std::uint32_t contact;
        std::uint64_t count;
        std::size_t size;
        std::uint64_t sent = 0;
        std::uint64_t acked = 0;
    };
    struct Expected {
        std::uint64_t count = 0;
        std::uint64_t got = 0;
        std::uint64_t bad = 0;
    };
    void pour();

    std::string name_;
    std::string path_;
    std::unique_ptr<Tox, End> tox_;
    bool running_ = true;
    std::optional<Flood> flood_;
    Expected expected_;
};

}  // namespace interop
