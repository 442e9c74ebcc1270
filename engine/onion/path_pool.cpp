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
    return !path.dead(now) && path.onion.begins_at_relay() == hops_.begin_at_relay(now) &&
           !hops_.silent(path.onion.hops(), now);
}

bool PathPool::serves(const Path& path, const Node& to, Instant now) {
    return usable(path, now) && (!path.onion.leads_through(to) || hops_.alone(to, now));
}

// It is to make room for another: it does not work, or was built when there were too few nodes for a proper one.
bool PathPool::worn(const Path& path, Instant now) const {
    return !usable(path, now) || (!path.onion.distinct() && path.outstanding == 0 && hops_.plenty(now));
}

Path* PathPool::pick(const Node& to, Instant now) {
    const auto slot = std::find_if(paths_.begin(), paths_.end(), [&](const Path& path) { return worn(path, now); });
    if (slot != paths_.end())
        if (Path* fresh = refill(*slot, to, now)) return fresh;
    if (Path* path = best(to, now)) return path;
    return refill(least_missed(), to, now);
}

namespace {

unsigned penalty(const Path& path) {
    return (path.suspected() ? 16U : 0U) + (path.onion.distinct() ? 0U : 4U) + (path.outstanding >= busy ? 2U : 0U);
}

std::array<DhtKey, 3> hop_set(const Path& path) {
    const Hops& hops = path.onion.hops();
    std::array<DhtKey, 3> keys{hops[0].key, hops[1].key, hops[2].key};
    std::sort(keys.begin(), keys.end());
    return keys;
}

}  // namespace

Path* PathPool::best(const Node& to, Instant now) {
    Path* best = nullptr;
    std::pair<unsigned, std::uint32_t> best_rank;
    for (Path& path : paths_) {
        if (!serves(path, to, now)) continue;
        const std::pair rank(penalty(path), random_below(1U << 16U));
        if (best == nullptr || rank < best_rank) std::tie(best, best_rank) = std::pair(&path, rank);
    }
    return best;
}

// All lead through a node that is to be asked. One whose hops another has as well leaves no node without a path.
Path& PathPool::least_missed() {
    const auto missed = [&](const Path& path) {
        const auto same = [&](const Path& other) { return hop_set(other) == hop_set(path); };
        const bool only_one = std::count_if(paths_.begin(), paths_.end(), same) < 2;
        return std::tuple(only_one, path.answered.has_value(), path.outstanding);
    };
    return *std::min_element(paths_.begin(), paths_.end(),
                             [&](const Path& a, const Path& b) { return missed(a) < missed(b); });
}

Path* PathPool::refill(Path& slot, const Node& to, Instant now) {
    const auto hops = hops_.choose(to, now);
    auto onion = hops ? OnionPath::make(*hops, self_) : std::nullopt;
    if (!onion) return nullptr;
    slot = Path{next_id(), std::move(*onion), now, {}, {}, 0, 0};
    return &slot;
}

Path* PathPool::find(PathId id) {
    const auto found = std::find_if(paths_.begin(), paths_.end(), [&](const Path& path) { return path.id == id; });
    return id == no_path || found == paths_.end() ? nullptr : &*found;
}

Path* PathPool::trusted(PathId id, const Node& to, Instant now) {
    Path* path = find(id);
    return path && serves(*path, to, now) && !path->suspected() ? path : nullptr;
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
    if (loss.proven && loss.blame >= 1) hops_.doubt(path->onion.hops(), now);  // hardly anything else gets lost
    if (path->dead(now)) hops_.failed(path->onion.hops(), now);
}

}  // namespace tox
