// SPDX-License-Identifier: GPL-3.0-or-later
// An engine on a disk that fails when it is told to, in a town of people: for tests of what is kept and what is told.
#pragma once

#include "engine/profile/memory_storage.hpp"
#include "tests/sim/town.hpp"

namespace tox::sim {

class Resident final : public EventSink {
  public:
    static constexpr unsigned beyond_everybody = 200;  // no town has so many people

    explicit Resident(Town& town, unsigned address = beyond_everybody)
        : loop(town.world), network(town.world, loop), town_(town) {
        network.plug(public_v4(address, 33445), public_v6(address, 33445));
    }

    tl::expected<void, OpenFault> open(Options options = {}) {
        auto opened = Engine::open({loop, network, storage}, *this, std::move(options));
        if (!opened) return tl::unexpected(opened.error());
        engine_ = std::move(*opened);
        if (entrance_) engine_->bootstrap(*entrance_);
        return {};
    }
    void bootstrap(const Node& node) {
        entrance_ = node;
        if (engine_) engine_->bootstrap(node);
    }
    void close() { engine_.reset(); }
    // As kill -9: what is on the disk then is all there is.
    void die() {
        const MemoryStorage::Disk left = storage.disk();
        close();
        storage.disk() = left;
    }
    void run_for(Duration time) { town_.world.run_for(time); }
    bool run_until(const std::function<bool()>& done, Duration within) { return town_.world.run_until(done, within); }

    Engine& engine() { return *engine_; }
    bool sees(const LongTermKey& key) const {
        const auto info = engine_->contact(key);
        return info && info->online;
    }
    template <class E>
    std::size_t heard() const {
        return static_cast<std::size_t>(
            std::count_if(events.begin(), events.end(), [](const Event& e) { return std::holds_alternative<E>(e); }));
    }

    SimLoop loop;
    SimNetwork network;
    MemoryStorage storage;
    std::vector<Event> events;

  private:
    void on_event(const Event& event) override { events.push_back(event); }

    Town& town_;
    std::optional<Node> entrance_;
    std::unique_ptr<Engine> engine_;
};

}  // namespace tox::sim
