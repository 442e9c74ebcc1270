// SPDX-License-Identifier: GPL-3.0-or-later
// A whole engine with one contact, who is hostile, and with nobody else in the world but a stranger.
#pragma once

#include "engine/engine.hpp"
#include "engine/profile/files.hpp"
#include "engine/profile/memory_storage.hpp"
#include "engine/profile/save_format.hpp"
#include "tests/fuzz/hostile_people.hpp"
#include "tests/fuzz/target.hpp"

namespace tox::fuzz {

class LoneEngine final : EventSink {
  public:
    LoneEngine() {
        SavedProfile profile{.secret = LongTermKeyPair::generate().secret};
        profile.contacts.push_back({.key = contact.key(), .name = "hostile"});
        storage.replace(files::profile, serialise_save(profile));
        open();
        contact.meet(keys(), loop.now());
    }

    void open() {
        Options options;
        options.relay_ports = {443};
        auto opened = Engine::open({loop, network, storage}, *this, std::move(options));
        promise(opened.has_value(), "a good profile opens");
        engine = std::move(*opened);
        engine->bootstrap(stranger.node());
        engine->add_relay(relay.public_key, stranger.node().endpoint);
        loop.pass(100ms);
    }
    CookieOwner keys() const { return {engine->id().key, engine->network().dht_key}; }
    // What the contact says in the session.
    void hear(const Bytes& packet) {
        contact.say(packet, loop.now());
        loop.pass(20ms);
    }
    template <class Kind>
    std::vector<Kind> events() {  // of that kind, since the last time
        std::vector<Kind> found;
        for (const Event& event : heard_)
            if (const auto* one = std::get_if<Kind>(&event)) found.push_back(*one);
        heard_.clear();
        return found;
    }

    StillLoop loop;
    StillNetwork network;
    MemoryStorage storage;
    HostileContact contact{network};
    Stranger stranger{network};
    DhtKeyPair relay = DhtKeyPair::generate();
    std::unique_ptr<Engine> engine;

  private:
    void on_event(const Event& event) override {
        constexpr std::size_t most_kept = 10'000;
        if (heard_.size() < most_kept) heard_.push_back(event);
    }
    std::vector<Event> heard_;
};

}  // namespace tox::fuzz
