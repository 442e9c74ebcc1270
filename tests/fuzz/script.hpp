// SPDX-License-Identifier: GPL-3.0-or-later
// A fuzzer's input read as a list of choices; and, for seeds, written as one.
#pragma once

#include <algorithm>
#include <utility>

#include "engine/base/bytes.hpp"
#include "engine/base/time.hpp"

namespace tox::fuzz {

class Script {
  public:
    // More steps teach nothing, and let a fuzzer reward slowness.
    static constexpr std::size_t most_steps = 200;

    explicit Script(ByteView input) : rest_(input) {}

    bool next_step() { return !rest_.empty() && steps_++ < most_steps; }
    Byte byte() {  // 0 at the end
        const Byte value = rest_.empty() ? Byte{0} : rest_.front();
        rest_ = rest_.subspan(std::min<std::size_t>(1, rest_.size()));
        return value;
    }
    std::size_t below(std::size_t bound) { return byte() % bound; }
    std::uint32_t number() {
        std::uint32_t value = 0;
        for (int i = 0; i < 4; ++i) value = value << 8U | byte();
        return value;
    }
    ByteView piece() {  // two bytes of length, then as much of that as there is
        const std::size_t size = byte() * std::size_t{256} + byte();
        const ByteView taken = rest_.first(std::min(size, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }
    ByteView rest() { return std::exchange(rest_, {}); }
    // From a moment to longer than anything lasts.
    Duration time() {
        static constexpr std::array<Duration, 12> times{0ms, 1ms, 10ms, 50ms, 200ms, 1s, 2s, 5s, 12s, 31s, 130s, 2h};
        return times[below(times.size())];
    }

  private:
    ByteView rest_;
    std::size_t steps_ = 0;
};

class ScriptWriter {
  public:
    ScriptWriter& byte(std::size_t value) {
        bytes_.push_back(static_cast<Byte>(value));
        return *this;
    }
    ScriptWriter& number(std::uint32_t value) {
        for (int shift = 24; shift >= 0; shift -= 8) byte(value >> shift);
        return *this;
    }
    ScriptWriter& piece(ByteView content) {
        byte(content.size() / 256).byte(content.size() % 256);
        append(bytes_, content);
        return *this;
    }
    Bytes take() { return std::move(bytes_); }

  private:
    Bytes bytes_;
};

}  // namespace tox::fuzz
