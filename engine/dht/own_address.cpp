// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/dht/own_address.hpp"

namespace tox::dht {

bool OwnAddress::vote(const Node& reporter, const Endpoint& seen, std::size_t nodes_known, Instant now) {
    if (!seen.is_usable() || (seen.is_lan() && !reporter.endpoint.is_lan())) return false;
    const auto family = static_cast<std::size_t>(seen.family);
    if (now < distrust_until_ && before_[family] == seen) return false;
    Votes& votes = votes_[family][seen.is_lan() ? 1 : 0];
    std::erase_if(votes, [&](const Vote& v) { return v.reporter == reporter.key || now - v.at > vote_time; });
    if (votes.size() >= most_votes) votes.erase(votes.begin());
    votes.push_back({reporter.key, seen, now});
    auto winner = majority(votes_[family][0], nodes_known);
    if (!winner) winner = majority(votes_[family][1], nodes_known);  // a LAN address only if there is no public one
    if (!winner || winner == result_[family]) return false;
    result_[family] = winner;
    return true;
}

void OwnAddress::forget(Instant now) {
    OwnAddress fresh;
    fresh.distrust_until_ = now + distrust_time;
    for (std::size_t family = 0; family < result_.size(); ++family)
        fresh.before_[family] = result_[family] ? result_[family] : before_[family];
    *this = fresh;
}

bool OwnAddress::suppose(const Endpoint& source) {
    auto& result = result_[static_cast<std::size_t>(source.family)];
    if (result || !source.is_usable()) return false;
    result = source;
    return true;
}

std::optional<Endpoint> OwnAddress::majority(const Votes& votes, std::size_t nodes_known) {
    std::size_t most = 0;
    std::optional<Endpoint> winner;
    for (const Vote& candidate : votes) {
        const auto count = static_cast<std::size_t>(
            std::count_if(votes.begin(), votes.end(), [&](const Vote& other) { return other.seen == candidate.seen; }));
        if (count <= most) continue;
        most = count;
        winner = candidate.seen;
    }
    const bool enough = most >= 2 ? 2 * most > votes.size() : most == 1 && votes.size() == 1 && nodes_known < 2;
    return enough ? winner : std::nullopt;
}

}  // namespace tox::dht
