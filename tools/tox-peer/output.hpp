// SPDX-License-Identifier: GPL-3.0-or-later
// Lines to the harness, collected and written when the loop goes to sleep: no system call per event.
#pragma once

#include <concepts>

#include "engine/base/time.hpp"
#include "tools/tox-peer/command.hpp"

namespace tox_peer {

class Fields {  // " key=value..." of a reply or an event
  public:
    Fields& text(std::string_view key, std::string_view value) {
        append_percent_encoded(begin(key), value);
        return *this;
    }
    Fields& hex(std::string_view key, tox::ByteView value) {
        append_hex(begin(key), value);
        return *this;
    }
    template <std::integral Number>
    Fields& number(std::string_view key, Number value) {
        begin(key) += std::to_string(value);
        return *this;
    }
    const std::string& line() const { return line_; }

  private:
    std::string& begin(std::string_view key) { return line_.append(1, ' ').append(key).append(1, '='); }
    std::string line_;
};

using Answer = tl::expected<Fields, Refused>;  // to a command: "ok" with these, or "err"

tox::Instant clock_now();  // CLOCK_MONOTONIC, as all drivers stamp their lines; moves within a dispatch

class Output {
  public:
    void event(std::string_view instance, std::string_view name, const Fields& fields);
    void reply(std::string_view instance, std::string_view tag, const Answer& answer);
    void flush();  // blocks while the harness does not read; ends the program when it is gone

  private:
    std::string& begin(std::string_view instance, std::string_view kind);
    std::string buffer_;
};

}  // namespace tox_peer
