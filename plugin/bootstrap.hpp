// SPDX-License-Identifier: GPL-3.0-or-later
// Names nodes and relays to the engine, again and again until one lets us in. The engine decides whom to ask and when.
#pragma once

#include "engine/engine.hpp"
#include "engine/glib/glib_resolver.hpp"
#include "plugin/entrances.hpp"
#include "plugin/source.hpp"

namespace purple_tox {

class Bootstrap {
  public:
    // The engine outlives this.
    Bootstrap(tox::Engine& engine, std::vector<KnownNode> nodes, WayOut way);

    void join();   // unless we are in; asks again later
    void check();  // Engine::network() reads differently: we may have fallen out
    void moved() { round_ = 0, join(); }

  private:
    bool inside() const;
    void offer(const KnownNode& node);
    void give(const KnownNode& node, const Entrances& found);

    tox::Engine& engine_;
    const std::vector<KnownNode> nodes_;
    const WayOut way_;
    unsigned round_ = 0;
    tox::GlibResolver resolver_;
    Source again_{"purple-tox bootstrap"};
};

}  // namespace purple_tox
