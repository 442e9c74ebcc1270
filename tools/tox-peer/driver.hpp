// SPDX-License-Identifier: GPL-3.0-or-later
// The instances by name, and which verb does what: exactly one reply per command, in order.
#pragma once

#include <map>

#include "tools/tox-peer/instance.hpp"

namespace tox_peer {

class Driver {
  public:
    static constexpr std::size_t max_instances = 2048;  // as the driver for libtoxcore

    explicit Driver(Process& process) : process_(process) {}

    void hello();                      // the first line
    void obey(std::string_view line);  // a whole one, without its end
    void freeze();                     // the end is near: nothing is written any more
    bool quitting() const { return quitting_; }

    Process& process() { return process_; }
    Instance* find(const std::string& name);
    Answer add(Instance::Setup setup);
    void remove(const std::string& name) { instances_.erase(name); }
    void quit() { quitting_ = true; }
    std::size_t count() const { return instances_.size(); }

  private:
    Answer carry_out(const Command& command);

    Process& process_;
    std::map<std::string, std::unique_ptr<Instance>> instances_;
    bool quitting_ = false;
};

using ProcessVerb = Answer (*)(Driver&, const Command&);
using InstanceVerb = Answer (*)(Instance&, const Command&);

// nullptr for a verb that is not theirs.
ProcessVerb process_verb(std::string_view name);
InstanceVerb self_verb(std::string_view name);
InstanceVerb contact_verb(std::string_view name);
InstanceVerb workload_verb(std::string_view name);

template <class Verb, std::size_t N>
Verb find_verb(const std::pair<std::string_view, Verb> (&table)[N], std::string_view name) {
    for (const auto& [known, verb] : table)
        if (known == name) return verb;
    return nullptr;
}

// The contact a command names with friend=; refusal "nofriend".
tl::expected<Target, Refused> target_of(Instance& instance, const Command& command);
Answer hello_fields();

}  // namespace tox_peer
