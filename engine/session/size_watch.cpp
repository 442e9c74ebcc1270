// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/session/size_watch.hpp"

namespace tox {

bool SizeWatch::doubts(std::size_t size, unsigned sent_before, Instant now) {
    if (limit_ != 0 && size >= limit_ && now < limit_until_) return true;
    if (sent_before >= tries_before_disbelief && size > always_passes) passes_ = std::min(passes_, size - 1);
    if (sent_before == 0 || size <= passes_) return false;
    narrow_until_ = std::max(narrow_until_, now + suspicion);
    return true;
}

bool SizeWatch::hopeless(std::size_t size, unsigned misses) const {
    return size > always_passes && misses >= (large_passed_ ? more_misses_before_despair : misses_before_despair);
}

void SizeWatch::passed(std::size_t size) {
    large_passed_ |= size > always_passes;
    if (size > passes_) rescues_ = 0;
    passes_ = std::max(passes_, size);
    if (limit_ == 0 || size < limit_) return;
    limit_ = 0;
    pause_ = first_limit;
}

void SizeWatch::rescued(std::size_t size, Instant now) {
    if (size <= passes_) return;
    const bool on_trial = limit_ != 0;  // it was known before
    if (++rescues_ < rescues_before_limit && !on_trial) return;
    if (on_trial && limit_until_ <= now) pause_ = std::min<Duration>(2 * pause_, longest_limit);
    limit_ = on_trial ? std::min(limit_, size) : size;
    limit_until_ = now + pause_;
    narrow_until_ = std::max(narrow_until_, limit_until_ + suspicion);
}

}  // namespace tox
