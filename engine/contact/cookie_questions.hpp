// SPDX-License-Identifier: GPL-3.0-or-later
// The cookie requests that are out: which answer is to which of them, and since when what it brings can be alive.
#pragma once

#include <vector>

#include "engine/base/time.hpp"
#include "engine/crypto/random.hpp"

namespace tox {

class CookieQuestions {
  public:
    static constexpr std::size_t most = 8;  // on a line that loses most, the answer to any of the last may come

    std::uint64_t ask(Instant now) {  // the number to ask with
        if (open_.size() == most) open_.erase(open_.begin());
        open_.push_back({random_u64() | 1U, now});
        return open_.back().echo;
    }
    // When that was asked; nothing: never, answered before, or given up (B62). One answer is enough: all are closed.
    std::optional<Instant> answered(std::uint64_t echo) {
        for (const Question& question : open_) {
            if (question.echo != echo) continue;
            const Instant asked = question.asked;
            open_.clear();
            return asked;
        }
        return std::nullopt;
    }
    bool any() const { return !open_.empty(); }
    void clear() { open_.clear(); }

  private:
    struct Question {
        std::uint64_t echo;
        Instant asked;
    };
    std::vector<Question> open_;
};

}  // namespace tox
