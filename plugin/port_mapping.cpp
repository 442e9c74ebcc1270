// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/port_mapping.hpp"

#include <debug.h>
#include <prefs.h>

#include <upnp.h>  // needs GLib's types, which it does not include

#include <map>

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

void on_removed(gboolean, gpointer) {}

void remove(std::uint16_t port) { purple_upnp_remove_port_mapping(port, "UDP", guarded<on_removed>, nullptr); }

}  // namespace

bool looks_mappable(const tox::NetworkInfo& network) {
    if (network.port == 0 || !network.local || !network.local->is_v4()) return false;
    if (network.local->is_loopback() || !network.local->is_lan()) return false;
    return !network.seen_as || network.seen_as->address != network.local->address;
}

PortMapping::~PortMapping() {
    live().erase(id_);
    if (state_ == MappingState::mapped) remove(port_);
}

unsigned PortMapping::next_id() {
    static unsigned last = 0;
    return ++last;
}

void PortMapping::update(const tox::NetworkInfo& network) {
    if (state_ != MappingState::none || !host_allows() || !looks_mappable(network)) return;
    port_ = network.port;
    ask();
}

void PortMapping::moved() {
    again_.cancel();
    stale_ = state_ == MappingState::asked;
    if (!stale_) state_ = MappingState::none;
}

void PortMapping::ask() {
    live()[id_] = this;
    if (state_ != MappingState::mapped) state_ = MappingState::asked;
    // The port that is asked for rides along for the case that we are gone when the answer comes.
    const std::size_t token = std::size_t{id_} << 16U | port_;
    purple_upnp_set_port_mapping(port_, "UDP", guarded<on_answer>, GSIZE_TO_POINTER(token));
    again_.after(refresh, [this] { ask(); });
}

void PortMapping::on_answer(gboolean success, gpointer token) {
    const auto value = GPOINTER_TO_SIZE(token);
    const auto found = live().find(static_cast<unsigned>(value >> 16U));
    purple_debug_info("tox", "the router %s UDP port %u\n", success ? "forwards" : "does not forward",
                      static_cast<unsigned>(value & 0xffffU));
    if (found != live().end())
        found->second->take_answer(success != FALSE);
    else if (success)
        remove(static_cast<std::uint16_t>(value & 0xffffU));
}

void PortMapping::take_answer(bool success) {
    state_ = success ? MappingState::mapped : MappingState::refused;
    if (std::exchange(stale_, false)) state_ = MappingState::none;
}

}  // namespace purple_tox
