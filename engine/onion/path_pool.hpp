// SPDX-License-Identifier: GPL-3.0-or-later
// Six paths for one purpose, their round-trip times and losses, and the choice among them (notes 13.5).
#pragma once

#include "engine/onion/hop_book.hpp"

namespace tox {

using PathId = std::uint64_t;
inline constexpr PathId no_path = 0;

struct Patience {   // with a request over a path, from when it is sent
    Duration late;  // longer than most answers take
    Duration lost;  // longer than answers take
};

struct Path {
    PathId id = no_path;
    OnionPath onion;
    Instant born;
    std::optional<Instant> answered;
    Duration round_trip{};  // smoothed; zero before the first answer
    unsigned outstanding = 0;
    double losses = 0;  // in a row, each as much as it says against the path

    bool suspected() const { return losses >= 2; }
    bool dead(Instant now) const;
    Patience patience() const;
};

class PathPool {
  public:
    static constexpr std::size_t size = 6;  // as c-toxcore
    static constexpr Duration lifetime = 1200s;

    PathPool(const DhtKeyPair& self, HopBook& hops) : self_(self), hops_(hops) {}  // both outlive this

    // The best path for a request to this node, never one that leads through it (R17); valid until the next call.
    // nullptr: there is none now.
    Path* pick(const Node& to, Instant now);
    Path* find(PathId id);
    // nullptr unless it lives, is not suspected, and may lead to this node.
    Path* trusted(PathId id, const Node& to, Instant now);

    void sent(PathId id);
    void finished(PathId id);  // a request is no longer outstanding
    void answered(PathId id, Duration took, Instant now);
    struct Loss {
        PathId path;
        bool proven;   // the node at the end has answered before, so the path is to blame ...
        double blame;  // ... so much: less than 1 where most requests get lost
    };
    void lost(const Loss& loss, Instant now);
    void forget_all() { paths_ = {}; }
    void broken(PathId id);  // its first hop cannot be reached: another path next time

  private:
    bool usable(const Path& path, Instant now) const;
    bool serves(const Path& path, const Node& to, Instant now);
    bool worn(const Path& path, Instant now) const;
    Path* best(const Node& to, Instant now);
    Path& least_missed();
    Path* refill(Path& slot, const Node& to, Instant now);

    const DhtKeyPair& self_;
    HopBook& hops_;
    std::array<Path, size> paths_{};
};

}  // namespace tox
