// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/port_mapping.hpp"

#include <debug.h>
#include <prefs.h>

#include <upnp.h>  // needs GLib's types, which it does not include

#include <map>

#include "plugin/quiet_loop.hpp"

namespace purple_tox {
namespace {

// libpurple answers whatever becomes of us meanwhile, so it is given a number and not a pointer. Bounded by the
// accounts that are connected.
std::map<unsigned, PortMapping*>& live() {
    static std::map<unsigned, PortMapping*> mappings;
    return mappings;
}

// In libpurple's preferences: "Enable automatic router port forwarding".
bool host_allows() { return purple_prefs_get_bool("/purple/network/map_ports"); }

struct Removal {
    std::uint16_t port;
    _UPnPMappingAddRemove* question;
};

// Under way, by number. Bounded as the mappings are.
std::map<unsigned, Removal>& removals() {
    static std::map<unsigned, Removal> open;
    return open;
}

void on_removed(gboolean, gpointer number) { removals().erase(GPOINTER_TO_UINT(number)); }

void remove(std::uint16_t port) {
    static unsigned last = 0;
    removals().emplace(++last, Removal{port, nullptr});
    auto* const question = purple_upnp_remove_port_mapping(port, "UDP", guarded<on_removed>, GUINT_TO_POINTER(last));
    if (const auto still = removals().find(last); still != removals().end()) still->second.question = question;
}

std::vector<std::uint16_t> cancel_removals() {
    std::vector<std::uint16_t> ports;
    for (const auto& [number, removal] : std::exchange(removals(), {})) {
        if (removal.question) purple_upnp_cancel_port_mapping(removal.question);
        ports.push_back(removal.port);
    }
    return ports;
}

}  // namespace

bool looks_mappable(const tox::NetworkInfo& network) {
    if (network.port == 0 || !network.local || !network.local->is_v4()) return false;
    if (network.local->is_loopback() || !network.local->is_lan()) return false;
    return !network.seen_as || network.seen_as->address != network.local->address;
}

PortMapping::~PortMapping() {
    live().erase(id_);
    take_back();
}

void PortMapping::take_back() {
    if (upnp_ == MappingState::mapped) remove(port_);
    upnp_ = MappingState::refused;  // not to be asked again
    leaving_ = true;
    again_.cancel();
}

void PortMapping::take_back_all() {
    // What the router was asked for may be granted after all, and what it was told may not have arrived.
    std::vector<std::uint16_t> ports = cancel_removals();
    for (const auto& [id, mapping] : live()) {
        auto* const question = std::exchange(mapping->question_, nullptr);
        if (question) purple_upnp_cancel_port_mapping(question);
        if (question || mapping->upnp_ == MappingState::mapped) ports.push_back(mapping->port_);
        mapping->upnp_ = MappingState::refused;
        mapping->take_back();
    }
    QuietLoop loop;
    for (const std::uint16_t port : ports) remove(port);
    loop.turn_while([] { return !removals().empty(); }, last_patience);
    cancel_removals();
}

unsigned PortMapping::next_id() {
    static unsigned last = 0;
    return ++last;
}

// One that forwards is enough, and one may still answer when the other has refused.
MappingState PortMapping::state() const {
    for (const MappingState state : {MappingState::mapped, MappingState::asked, MappingState::refused})
        if (upnp_ == state || nat_pmp_ == state) return state;
    return MappingState::none;
}

void PortMapping::update(const tox::NetworkInfo& network) {
    if (!host_allows() || !looks_mappable(network)) return;
    port_ = network.port;
    if (upnp_ == MappingState::none) ask_upnp();
    if (nat_pmp_ == MappingState::none) ask_nat_pmp();
}

void PortMapping::moved() {
    again_.cancel();
    tried_twice_ = false;
    stale_ = question_ != nullptr;
    upnp_ = stale_ ? MappingState::asked : MappingState::none;
    pmp_client_.forget();
    nat_pmp_ = MappingState::none;
}

void PortMapping::ask_nat_pmp() {
    nat_pmp_ = MappingState::asked;
    pmp_client_.ask(port_);
}

void PortMapping::ask_upnp() {
    live()[id_] = this;
    if (upnp_ != MappingState::mapped) upnp_ = MappingState::asked;
    // The port that is asked for rides along for the case that we are gone when the answer comes.
    const std::size_t token = std::size_t{id_} << 16U | port_;
    question_ = purple_upnp_set_port_mapping(port_, "UDP", guarded<on_upnp_answer>, GSIZE_TO_POINTER(token));
    again_.after(refresh, [this] {
        ask_upnp();
        if (nat_pmp_ == MappingState::refused) ask_nat_pmp();
    });
}

void PortMapping::on_upnp_answer(gboolean success, gpointer token) {
    const auto value = GPOINTER_TO_SIZE(token);
    const auto found = live().find(static_cast<unsigned>(value >> 16U));
    purple_debug_info("tox", "the router %s UDP port %u (UPnP)\n", success ? "forwards" : "does not forward",
                      static_cast<unsigned>(value & 0xffffU));
    if (found != live().end())
        found->second->take_upnp_answer(success != FALSE);
    else if (success)
        remove(static_cast<std::uint16_t>(value & 0xffffU));
}

void PortMapping::take_upnp_answer(bool success) {
    question_ = nullptr;
    if (leaving_) {
        if (success) remove(port_);
    } else if (std::exchange(stale_, false)) {
        upnp_ = MappingState::none;
    } else if (!success && !std::exchange(tried_twice_, true)) {
        upnp_ = MappingState::asked;
        again_.after(second_try, [this] { ask_upnp(); });
    } else {
        upnp_ = success ? MappingState::mapped : MappingState::refused;
        tried_twice_ = false;
    }
}

}  // namespace purple_tox
