// SPDX-License-Identifier: GPL-3.0-or-later
// A proxy for one connection: remembers what it was asked for and answers as told. It leads nowhere: behind it
// everything that is sent comes back. Lives on streams of its own, in the context of the test.
#pragma once

#include "engine/glib/glib_streams.hpp"

namespace tox::test {

class SmallProxy final : private StreamAcceptor, private StreamSink {
  public:
    enum class Manner { good, refuses, silent };
    struct Seen {
        std::string target;  // as it was asked for: a name, or an address in digits
        std::uint16_t port = 0;
        std::string user, password;
        std::string request;  // HTTP: all of it
    };
    struct Setup {
        bool socks = true;
        Manner manner = Manner::good;
        std::string user{}, password{};
    };

    SmallProxy(GMainContext* context, Setup setup)
        : setup_(std::move(setup)), streams_({context, {}, true}, [] {}), port_(streams_.listen(0, *this)) {}

    std::uint16_t port() const { return port_->port(); }
    const Seen& seen() const { return seen_; }

  private:
    enum class Stage { greeting, password, request, open };

    void on_accepted(std::unique_ptr<Stream> stream, const Endpoint&) override {
        stream_ = std::move(stream);
        stream_->set_sink(this);
    }
    void on_open() override {}
    void on_writable() override {}
    void on_closed(StreamEnd) override {}
    void on_bytes(ByteView bytes) override {
        if (setup_.manner == Manner::silent) return;
        in_.append(bytes.begin(), bytes.end());
        while (stream_ && (setup_.socks ? step_socks() : step_http())) {
        }
    }
    void say(std::string_view text) { stream_->write(bytes_of(text)); }
    bool refuse(std::string_view text) {
        say(text);
        return false;
    }
    std::string take(std::size_t count) {
        std::string out = in_.substr(0, count);
        in_.erase(0, count);
        return out;
    }
    bool have(std::size_t count) const { return in_.size() >= count; }
    std::size_t byte_at(std::size_t at) const { return static_cast<Byte>(in_[at]); }
    bool echo() {
        if (in_.empty()) return false;
        say(std::exchange(in_, {}));
        return true;
    }

    // True: something was done, perhaps there is more.
    bool step_socks() {
        switch (stage_) {
            case Stage::greeting:
                return have(2) && have(2 + byte_at(1)) && choose_method(take(2 + byte_at(1)).substr(2));
            case Stage::password:
                return have(2) && have(3 + byte_at(1)) && have(3 + byte_at(1) + byte_at(2 + byte_at(1))) &&
                       check_password();
            case Stage::request:
                return have(5) && have(6 + target_size()) && take_target();
            case Stage::open:
                return echo();
        }
        return false;
    }
    bool choose_method(const std::string& methods) {
        const char wanted = setup_.user.empty() ? 0 : 2;
        if (methods.find(wanted) == std::string::npos) return refuse("\x05\xff");
        say(std::string{'\x05', wanted});
        stage_ = wanted == 2 ? Stage::password : Stage::request;
        return true;
    }
    bool check_password() {
        take(1);
        for (std::string* part : {&seen_.user, &seen_.password}) {
            const std::size_t size = byte_at(0);
            *part = take(1 + size).substr(1);
        }
        if (seen_.user != setup_.user || seen_.password != setup_.password) return refuse({"\x01\x01", 2});
        say({"\x01\x00", 2});
        stage_ = Stage::request;
        return true;
    }
    std::size_t target_size() const {  // behind the four bytes of the head
        if (in_[3] == 3) return 1 + byte_at(4);
        return in_[3] == 1 ? 4 : 16;
    }
    bool take_target() {
        const char kind = in_[3];
        const std::size_t size = target_size();
        take(4);
        const std::string raw = take(size);
        ByteArray<16> bytes{};
        if (kind != 3) std::copy(raw.begin(), raw.end(), bytes.begin());
        const Endpoint endpoint =
            kind == 1 ? Endpoint::v4({bytes[0], bytes[1], bytes[2], bytes[3]}, 1) : Endpoint::v6(bytes, 1);
        seen_.target = kind == 3 ? raw.substr(1) : endpoint.text();
        seen_.port = static_cast<std::uint16_t>(byte_at(0) << 8U | byte_at(1));
        take(2);
        if (setup_.manner == Manner::refuses) return refuse({"\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00", 10});
        // What follows the reply in the same segment belongs to the stream.
        say({"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00glued", 15});
        stage_ = Stage::open;
        return true;
    }

    bool step_http() {
        if (stage_ == Stage::open) return echo();
        const auto end = in_.find("\r\n\r\n");
        if (end == std::string::npos) return false;
        seen_.request = take(end + 4);
        if (setup_.manner == Manner::refuses) return refuse("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        say("HTTP/1.1 200 Connection established\r\nVia: small\r\n\r\nglued");
        stage_ = Stage::open;
        return true;
    }

    Setup setup_;
    Seen seen_;
    Stage stage_ = Stage::greeting;
    std::string in_;
    GlibStreams streams_;
    std::unique_ptr<StreamPort> port_;
    std::unique_ptr<Stream> stream_;
};

}  // namespace tox::test
