// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/path_pool.hpp"

#include "engine/crypto/random.hpp"

namespace tox {
namespace {

constexpr Duration first_patience = 2s;      // no measurement yet; onion round trips of the Internet take 0.4 to 1.5 s
constexpr Duration least_patience = 1500ms;  // notes 13.5
constexpr Duration most_patience = 6s;       // below the life of a sendback
constexpr Duration first_late = 1s, least_late = 250ms, most_late = 1500ms;
constexpr unsigned busy = 4;      // outstanding requests, notes 13.5
constexpr Duration lately = 30s;  // a path that worked so lately is not blamed for a silent stranger

PathId next_id() {
    static PathId last = 0;
    return ++last;
}

}  // namespace

// One that never worked gets two chances, one that did four (notes 13.5).
bool Path::dead(Instant now) const {
    return id == no_path || losses >= (answered ? 4 : 2) || now >= born + PathPool::lifetime;
}

Patience Path::patience() const {
    if (!answered) return {first_late, first_patience};
    return {std::clamp(2 * round_trip, least_late, most_late),
            std::clamp(3 * round_trip, least_patience, most_patience)};
}

// Paths through a relay are a makeshift while UDP is silent, and the others are of no use then.
bool PathPool::usable(const Path& path, Instant now) const {
    return !path.dead(now) && path.onion.begins_at_relay() == hops_.begin_at_relay(now);
}

Path* PathPool::pick(const Node& to, Instant now) {
    for (Path& slot : paths_)
        if (!usable(slot, now)) return refill(slot, now);
    for (Path& slot : paths_)
        if (!slot.onion.distinct() && slot.outstanding == 0 && hops_.three_known(now)) return refill(slot, now);
    std::array<std::pair<unsigned, std::uint32_t>, size> ranks;
    for (std::size_t i = 0; i < size; ++i) ranks[i] = {penalty(paths_[i], to), random_below(1U << 16U)};
    return &paths_[static_cast<std::size_t>(std::min_element(ranks.begin(), ranks.end()) - ranks.begin())];
}

unsigned PathPool::penalty(const Path& path, const Node& to) const {
    unsigned sum = path.suspected() ? 16 : 0;
    if (path.onion.ends_at(to))
        sum += 8;
    else if (path.onion.leads_through(to))
        sum += 4;  // it would see who asks and what (R17)
    return sum + (path.outstanding >= busy ? 2 : 0);
}

Path* PathPool::refill(Path& slot, Instant now) {
    const auto hops = hops_.choose(now);
    auto onion = hops ? OnionPath::make(*hops, self_) : std::nullopt;
    if (!onion) return nullptr;
    slot = Path{next_id(), std::move(*onion), now, {}, {}, 0, 0};
    return &slot;
}

Path* PathPool::find(PathId id) {
    const auto found = std::find_if(paths_.begin(), paths_.end(), [&](const Path& path) { return path.id == id; });
    return id == no_path || found == paths_.end() ? nullptr : &*found;
}

Path* PathPool::trusted(PathId id, Instant now) {
    Path* path = find(id);
    return path && usable(*path, now) && !path->suspected() ? path : nullptr;
}

void PathPool::sent(PathId id) {
    if (Path* path = find(id)) ++path->outstanding;
}

void PathPool::finished(PathId id) {
    Path* path = find(id);
    if (path && path->outstanding > 0) --path->outstanding;
}

void PathPool::answered(PathId id, Duration took, Instant now) {
    Path* path = find(id);
    if (!path) return;
    path->round_trip = path->answered ? (7 * path->round_trip + took) / 8 : took;  // as TCP smooths it
    path->answered = now;
    path->losses = 0;
    hops_.succeeded(path->onion.hops(), now);
}

void PathPool::broken(PathId id) {
    if (Path* path = find(id)) *path = Path{};
}

void PathPool::lost(const Loss& loss, Instant now) {
    Path* path = find(loss.path);
    if (!path) return;
    finished(loss.path);
    if (!loss.proven && path->answered && now < *path->answered + lately) return;
    path->losses += loss.blame;
    if (path->dead(now)) hops_.failed(path->onion.hops(), now);
}

}  // namespace tox
