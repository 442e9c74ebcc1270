// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/bootstrap.hpp"

namespace purple_tox {
namespace {

// A node that does not answer is asked again this often, while none does.
constexpr std::chrono::seconds ask_again{20};

}  // namespace

Bootstrap::Bootstrap(tox::Engine& engine, std::vector<KnownNode> nodes, WayOut way)
    : engine_(engine),
      nodes_(std::move(nodes)),
      way_(way),
      resolver_(nullptr, way.proxied ? tox::GlibResolver::Names::refused : tox::GlibResolver::Names::resolved) {}

bool Bootstrap::inside() const {
    const tox::NetworkInfo network = engine_.network();
    return network.by_relay ? network.relays > 0 : network.nodes > 0;
}

void Bootstrap::join() {
    if (inside()) return again_.cancel();
    for (const KnownNode& node : nodes_) offer(node);
    ++round_;
    again_.after(ask_again, [this] { join(); });
}

void Bootstrap::check() {
    if (!again_.armed()) join();
}

void Bootstrap::offer(const KnownNode& node) {
    const Entrances found = entrances_of(node, way_, round_);
    give(node, found);
    for (const std::string& name : found.names)
        resolver_.resolve(name, node.port, [this, &node](std::vector<tox::Endpoint> addresses) {
            for (const tox::Endpoint& address : addresses) give(node, entrances_at(node, address, way_));
        });
}

void Bootstrap::give(const KnownNode& node, const Entrances& found) {
    for (const tox::Node& entry : found.nodes) engine_.bootstrap(entry);
    for (const tox::StreamAddress& relay : found.relays) engine_.add_relay(node.key, relay);
}

}  // namespace purple_tox
