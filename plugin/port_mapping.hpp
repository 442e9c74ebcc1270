// SPDX-License-Identifier: GPL-3.0-or-later
// Asks the router to forward our UDP port, by UPnP (libpurple's own client) and NAT-PMP at once: as long as the account
// is connected, and only while we seem to be behind a router.
#pragma once

#include <cstdint>

#include "engine/engine.hpp"
#include "plugin/nat_pmp.hpp"

struct _UPnPMappingAddRemove;  // libpurple's

namespace purple_tox {

enum class MappingState : unsigned char { none, asked, mapped, refused };

// Whether a router stands between us and the network: others see us under an address that is not this host's, and ours
// is one of those that routers give out. Without any answer from outside the private address alone decides.
bool looks_mappable(const tox::NetworkInfo& network);

class PortMapping {
  public:
    // By UPnP; mappings are not made for ever by every router.
    static constexpr std::chrono::minutes refresh{20};
    // libpurple refuses the question that makes it look for a router: it does not know its own address by then.
    static constexpr std::chrono::seconds second_try{1};

    PortMapping() = default;
    ~PortMapping();  // takes the mappings back
    PortMapping(const PortMapping&) = delete;
    PortMapping& operator=(const PortMapping&) = delete;

    void update(const tox::NetworkInfo& network);  // asks, if there is reason to
    void moved();                                  // another router, perhaps
    MappingState state() const;

    // The core quits: nobody will turn the main loop any more, but libpurple needs one to tell the router. Waits for
    // the milliseconds that takes; nothing else runs meanwhile. Nothing is under way afterwards.
    static void take_back_all();
    static constexpr std::chrono::milliseconds last_patience{500};

  private:
    static void on_upnp_answer(gboolean success, gpointer token);
    void ask_upnp();
    void ask_nat_pmp();
    void take_upnp_answer(bool success);
    void take_back();

    const unsigned id_ = next_id();
    static unsigned next_id();
    std::uint16_t port_ = 0;  // 0: nothing was asked for
    MappingState upnp_ = MappingState::none;
    _UPnPMappingAddRemove* question_ = nullptr;  // by UPnP, under way
    bool leaving_ = false;                       // nothing is wanted any more
    bool tried_twice_ = false;
    bool stale_ = false;  // what was asked by UPnP was asked of another router
    MappingState nat_pmp_ = MappingState::none;
    NatPmp pmp_client_{[this](bool yes) { nat_pmp_ = yes ? MappingState::mapped : MappingState::refused; }};
    Source again_{"purple-tox port mapping"};
};

}  // namespace purple_tox
