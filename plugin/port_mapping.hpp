// SPDX-License-Identifier: GPL-3.0-or-later
// Asks the router to forward our UDP port, with libpurple's own UPnP client: as long as the account is connected, and
// only while we seem to be behind a router.
//
// libpurple's NAT-PMP client is left alone: it blocks for seconds, it writes to the debug window, which belongs to the
// main thread, and on Linux it is built as a stub that always says no.
#pragma once

#include <cstdint>

#include "engine/engine.hpp"
#include "plugin/source.hpp"

namespace purple_tox {

enum class MappingState : unsigned char { none, asked, mapped, refused };

// Whether a router stands between us and the network: others see us under an address that is not this host's, and ours
// is one of those that routers give out. Without any answer from outside the private address alone decides.
bool looks_mappable(const tox::NetworkInfo& network);

class PortMapping {
  public:
    // Mappings are not made for ever by every router.
    static constexpr std::chrono::minutes refresh{20};

    PortMapping() = default;
    ~PortMapping();  // takes the mapping back
    PortMapping(const PortMapping&) = delete;
    PortMapping& operator=(const PortMapping&) = delete;

    void update(const tox::NetworkInfo& network);  // asks, if there is reason to
    void moved();                                  // another router, perhaps
    MappingState state() const { return state_; }

  private:
    static void on_answer(gboolean success, gpointer id);
    void ask();
    void take_answer(bool success);

    const unsigned id_ = next_id();
    static unsigned next_id();
    std::uint16_t port_ = 0;  // 0: nothing was asked for
    MappingState state_ = MappingState::none;
    bool stale_ = false;  // what was asked was asked of another router
    Source again_{"purple-tox port mapping"};
};

}  // namespace purple_tox
