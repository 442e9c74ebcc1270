// SPDX-License-Identifier: GPL-3.0-or-later
// Whom to look for first, from facts that others own.
#pragma once

#include "engine/base/time.hpp"
#include "engine/crypto/keys.hpp"

namespace tox {

struct SearchFacts {
    bool wanted = false;                // something waits to be told to them
    std::optional<WallTime> last_seen;  // online; nothing: never
};

class SearchOrder {
  public:
    virtual ~SearchOrder() = default;
    virtual SearchFacts facts(const LongTermKey& contact) const = 0;
};

// Those who were there when anybody was there last are likely to be there again: what counts is not how long ago that
// was, for we may have been away ourselves.
class SearchRanks {
  public:
    static constexpr unsigned first = 0;  // found already, or wanted

    explicit SearchRanks(std::unique_ptr<SearchOrder> order) : order_(std::move(order)) {}  // nullptr: all alike

    void note(const LongTermKey& contact) {
        if (order_) newest_ = std::max(newest_, order_->facts(contact).last_seen);
    }
    bool tell_apart() const { return newest_.has_value(); }  // false: nobody has ever been seen
    unsigned of(const LongTermKey& contact) const {
        const SearchFacts facts = order_ ? order_->facts(contact) : SearchFacts{};
        if (facts.wanted) return first;
        if (!facts.last_seen || !newest_) return never_seen;
        const auto missing = *newest_ - *facts.last_seen;
        unsigned rank = first + 1;
        for (const auto step : steps) rank += missing > step ? 1U : 0U;
        return rank;
    }

  private:
    // An evening, a day, a week, a month: within each of them one is as likely as another.
    static constexpr std::chrono::hours steps[] = {3h, 24h, 24h * 7, 24h * 30};
    static constexpr unsigned never_seen = first + 2 + static_cast<unsigned>(std::size(steps));

    std::unique_ptr<SearchOrder> order_;
    std::optional<WallTime> newest_;
};

}  // namespace tox
