// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/tox-peer/driver.hpp"

namespace tox_peer {

void Driver::hello() { process_.output.event("-", "hello", *hello_fields()); }

Instance* Driver::find(const std::string& name) {
    const auto at = instances_.find(name);
    return at == instances_.end() ? nullptr : at->second.get();
}

void Driver::freeze() {
    for (const auto& [name, instance] : instances_) instance->storage().freeze();
}

void Driver::obey(std::string_view line) {
    if (is_comment(line)) return;
    Command command;
    const auto parsed = parse(line, command);
    const std::string name = command.instance();
    const bool process_wide = process_verb(command.verb) != nullptr && command.verb != "kill";
    const bool known_before = !process_wide && find(name) != nullptr;
    const Answer answer = parsed ? carry_out(command) : tl::unexpected(parsed.error());
    const bool about_instance = known_before || (command.verb == "new" && answer);
    process_.output.reply(about_instance ? name : "-", command.tag, answer);
}

Answer Driver::carry_out(const Command& command) {
    if (const ProcessVerb verb = process_verb(command.verb)) return verb(*this, command);
    const std::string name = command.instance();
    Instance* const instance = find(name);
    if (!instance) return refuse("noinst", name);
    for (const auto find_in : {self_verb, contact_verb, workload_verb})
        if (const InstanceVerb verb = find_in(command.verb)) return verb(*instance, command);
    return refuse("unsupported", command.verb);
}

tl::expected<Target, Refused> target_of(Instance& instance, const Command& command) {
    const std::uint64_t number = command.number("friend");
    const auto key = instance.friends().key(number);
    if (!key) return refuse("nofriend", std::to_string(number));
    return Target{static_cast<FriendNumber>(number), *key};
}

}  // namespace tox_peer
