// SPDX-License-Identifier: GPL-3.0-or-later
// What an instance has received since "expect", and whether generated messages came complete and in order.
#pragma once

#include "engine/base/time.hpp"
#include "tools/tox-peer/output.hpp"
#include "tools/tox-peer/workload_text.hpp"

namespace tox_peer {

class Received {
  public:
    void expect(std::uint64_t count) {
        *this = {};
        expected_ = count;
    }
    // True when this was the last one that was expected.
    bool take_message(std::string_view text) {
        last_ = clock_now();
        if (messages_ == 0) first_ = last_;
        ++messages_;
        bytes_ += text.size();
        if (const auto sequence = sequence_of('F', text)) {
            bad_ += *sequence != next_ ? 1U : 0U;
            next_ = *sequence + 1;
        }
        if (expected_ == 0 || messages_ < expected_) return false;
        expected_ = 0;
        return true;
    }
    void take_packet(tox::ByteView packet) {
        ++packets_;
        packet_bytes_ += packet.size();
    }
    Fields done() const {
        return Fields().number("n", messages_).number("bytes", bytes_).number("bad", bad_).number("us", took());
    }
    Fields stats(std::uint64_t turns) const {
        return Fields()
            .number("msgs", messages_)
            .number("bytes", bytes_)
            .number("bad", bad_)
            .number("us", took())
            .number("packets", packets_)
            .number("packet_bytes", packet_bytes_)
            .number("iters", turns);
    }

  private:
    tox::Duration::rep took() const { return (last_ - first_).count(); }

    std::uint64_t messages_ = 0, bytes_ = 0, bad_ = 0, expected_ = 0;
    std::uint64_t packets_ = 0, packet_bytes_ = 0;
    std::uint32_t next_ = 0;
    tox::Instant first_{}, last_{};
};

}  // namespace tox_peer
