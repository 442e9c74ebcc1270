// SPDX-License-Identifier: GPL-3.0-or-later
// The one mechanism that rations what others may make us do (R26, R28): so much for each source, so much for all of
// them together, and a lane of its own for those who are known. Knows no packets; each user names its figures with
// their reasons.
//
// While there is plenty everybody is served. When the common part runs short, the first half of it is for everybody,
// the third quarter for sources that have used little of their own share, and the last quarter for those of them that
// have asked before: a source that asks much cannot starve one that asks little, and addresses that are made up, each
// used once, cannot starve somebody who asks again.
#pragma once

#include <list>
#include <unordered_map>

#include "engine/base/token_bucket.hpp"

namespace tox {

struct Rate {
    double per_second;
    double burst;  // at once, after a pause
};

template <class Source, class Hash>
class Budget {
  public:
    static constexpr std::size_t most_sources = 4096;  // remembered; the one not heard for longest is forgotten first

    // `known`: what all that are known may have together; by default as much as strangers.
    Budget(Rate each, Rate strangers, Rate known)
        : each_(each.per_second, each.burst),
          heavy_(static_cast<unsigned>(each.burst / 2)),
          strangers_(strangers),
          known_(known) {}
    Budget(Rate each, Rate strangers) : Budget(each, strangers, strangers) {}

    // False: not now. To ask costs the source of its own share, granted or not: who asks much is told from who asks
    // little by that. `known`: proven to be somebody we deal with anyway (a contact, a node or
    // hop of ours); never what a packet merely says of itself.
    bool take(const Source& source, Instant now, bool known = false) {
        const auto [own, seen] = bucket_of(source);
        Lane& lane = known ? known_ : strangers_;
        const bool light = own->ready(now, heavy_);
        return own->take(now) && lane.bucket.take(now, lane.reserve(light, seen));
    }
    std::size_t sources() const { return index_.size(); }

  private:
    struct Lane {
        explicit Lane(Rate rate)
            : bucket(rate.per_second, rate.burst), quarter(static_cast<unsigned>(rate.burst / 4)) {}
        unsigned reserve(bool light, bool seen) const { return light ? (seen ? 0 : quarter) : 2 * quarter; }
        TokenBucket bucket;
        unsigned quarter;
    };
    using Entry = std::pair<Source, TokenBucket>;

    // The source's own bucket, and whether it was there before.
    std::pair<TokenBucket*, bool> bucket_of(const Source& source) {
        if (const auto known = index_.find(source); known != index_.end()) {
            by_use_.splice(by_use_.begin(), by_use_, known->second);
            return {&by_use_.front().second, true};
        }
        if (index_.size() >= most_sources) {
            index_.erase(by_use_.back().first);
            by_use_.pop_back();
        }
        by_use_.emplace_front(source, each_);
        index_.emplace(source, by_use_.begin());
        return {&by_use_.front().second, false};
    }

    TokenBucket each_;  // what a new source starts with
    unsigned heavy_;    // tokens that somebody who asks little has left
    Lane strangers_, known_;
    std::list<Entry> by_use_;  // most recent first
    std::unordered_map<Source, typename std::list<Entry>::iterator, Hash> index_;
};

}  // namespace tox
