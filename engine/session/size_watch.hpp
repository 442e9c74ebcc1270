// SPDX-License-Identifier: GPL-3.0-or-later
// Notices that a way carries small packets and swallows large ones (a narrow link on it whose "too big" nobody hears,
// or a firewall that drops pieces): what arrives then says nothing of what is larger. Knows sizes, not ways.
#pragma once

#include "engine/base/time.hpp"

namespace tox {

class SizeWatch {
  public:
    // A datagram with so much in it passes wherever IPv4 does (576 bytes, RFC 791): its loss has other reasons.
    static constexpr std::size_t always_passes = 512;
    static constexpr unsigned tries_before_disbelief =
        3;  // of a size that did pass: three losses in a row are not chance
    static constexpr unsigned rescues_before_limit = 2;
    // So often missed for so long it will not arrive by any way; where others of its size have, chance is likelier.
    static constexpr unsigned misses_before_despair = 3, more_misses_before_despair = 5;
    static constexpr Duration despair = 2s;           // a relay that was asleep would have helped by then
    static constexpr Duration suspicion = 30s;        // after a large packet had to be sent again: other ways are kept
    static constexpr Duration first_limit = 30s;      // then a large one tries the usual way again ...
    static constexpr Duration longest_limit = 10min;  // ... ever more rarely: each try may cost a second

    // Whether a packet of this size, sent so many times already, is to go by every way that there is.
    bool doubts(std::size_t size, unsigned sent_before, Instant now);
    // One has arrived that was sent once, by the usual way alone.
    void passed(std::size_t size);
    // One has arrived that had to go by every way, after it did not arrive by the usual one.
    void rescued(std::size_t size, Instant now);
    // Whether one that the peer has missed so often is not likely to get through.
    bool hopeless(std::size_t size, unsigned misses) const;
    bool narrow(Instant now) const { return now < narrow_until_; }  // other ways may be needed

  private:
    std::size_t passes_ = always_passes;  // the largest that arrived
    bool large_passed_ = false;           // one at least, ever
    std::size_t limit_ = 0;               // what is as large as this is doubted at once; 0: nothing
    Instant limit_until_{};
    Duration pause_ = first_limit;
    unsigned rescues_ = 0;  // in a row
    Instant narrow_until_{};
};

}  // namespace tox
