// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/dht/rate.hpp"

namespace tox::dht {

Endpoint source_of(const Endpoint& from) {
    if (from.is_lan()) return from;
    Endpoint source = from;
    source.port = 0;
    if (!from.is_v4()) std::fill(source.address.begin() + 8, source.address.end(), Byte{0});
    return source;
}

bool SourceLimit::take(const Endpoint& from, Instant now) {
    // The source's own bucket first: a source that has used up its share must not eat into that of all.
    return bucket_of(source_of(from)).take(now) && all_.take(now);
}

TokenBucket& SourceLimit::bucket_of(const Endpoint& source) {
    if (const auto known = index_.find(source); known != index_.end()) {
        by_use_.splice(by_use_.begin(), by_use_, known->second);
        return by_use_.front().second;
    }
    if (index_.size() >= most_sources) {
        index_.erase(by_use_.back().first);
        by_use_.pop_back();
    }
    by_use_.emplace_front(source, each_);
    index_.emplace(source, by_use_.begin());
    return by_use_.front().second;
}

}  // namespace tox::dht
