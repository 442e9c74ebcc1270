// SPDX-License-Identifier: GPL-3.0-or-later
// Verbs about automatic behaviour and generated work.
#include "tools/tox-peer/driver.hpp"

namespace tox_peer {
namespace {

using namespace std::chrono_literals;

Answer automatic(Instance& instance, const Command& command) {
    Automatic& automatic = instance.automatic();
    if (const std::string* request = command.find("request")) automatic.accept_requests = *request == "accept";
    if (const std::string* message = command.find("msg")) {
        using Messages = Automatic::Messages;
        automatic.messages = *message == "count"  ? Messages::count
                             : *message == "echo" ? Messages::echo
                                                  : Messages::report;
    }
    return Fields();
}

Answer rtt(Instance& instance, const Command& command) {
    if (instance.rtt().active()) return refuse("busy", "rtt");
    const auto target = target_of(instance, command);
    if (!target) return tl::unexpected(target.error());
    Rtt::Plan plan;
    plan.target = *target;
    plan.count = command.number("n", 100);
    plan.size = command.number("size", 50);
    plan.gap = std::chrono::milliseconds(command.number("gap", 20));
    instance.rtt().start(plan);
    instance.pump_soon();
    return Fields();
}

Flood::Kind kind_of(std::string_view name) {
    if (name == "lossless") return Flood::Kind::lossless;
    return name == "lossy" ? Flood::Kind::lossy : Flood::Kind::message;
}

Answer flood(Instance& instance, const Command& command) {
    if (instance.flood().active()) return refuse("busy", "flood");
    const auto target = target_of(instance, command);
    if (!target) return tl::unexpected(target.error());
    Flood::Plan plan;
    plan.target = *target;
    plan.kind = kind_of(command.text("kind"));
    plan.count = static_cast<std::uint32_t>(command.number("n", 1000));
    plan.size = command.number("size", 50);
    plan.window = static_cast<std::uint32_t>(command.number("window"));
    plan.limit = std::chrono::milliseconds(command.number("ms", 60'000));
    instance.flood().start(plan);
    instance.pump_soon();
    return Fields();
}

Answer expect(Instance& instance, const Command& command) {
    instance.received().expect(command.number("n"));
    return Fields();
}

Answer stats(Instance& instance, const Command&) { return instance.received().stats(instance.turns()); }

}  // namespace

InstanceVerb workload_verb(std::string_view name) {
    static constexpr std::pair<std::string_view, InstanceVerb> verbs[] = {
        {"auto", automatic}, {"rtt", rtt}, {"flood", flood}, {"expect", expect}, {"stats", stats},
    };
    return find_verb(verbs, name);
}

}  // namespace tox_peer
