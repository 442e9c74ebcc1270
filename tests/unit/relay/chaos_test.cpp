// SPDX-License-Identifier: GPL-3.0-or-later
// Two clients, a few relays, and everything that may go wrong, by seed: nothing is ever sent for which a c-toxcore
// relay would cut us off, bounds hold, and when the trouble ends they are linked. PURPLE_TOX_SEEDS: how many.
#include <gtest/gtest.h>

#include "tests/sim/dice.hpp"
#include "tests/unit/relay/scripted_world.hpp"

namespace tox::test {
namespace {

class Chaos {
  public:
    explicit Chaos(std::uint64_t seed) : world(seed), dice(seed) {
        for (int i = 0; i < 5; ++i) {
            ScriptedRelay& relay = world.add_relay(i % 2 == 0 ? 443 : 33445);
            relay.first_slot_given = static_cast<Byte>(16 + dice.below(100));
            alice.pool.add(relay.key(), relay.at, world.now);
        }
        for (int i = 0; i < 4; ++i) strangers.push_back(DhtKeyPair::generate().public_key);
    }

    void run() {
        for (int i = 0; i < 300; ++i) {
            user(dice.chance(0.5) ? alice : bob);
            trouble(*world.relays[dice.below(world.relays.size())]);
            world.run_for(Duration(dice.chance(0.1) ? dice.below(60'000'000) : dice.below(800'000)));
            for (Client* client : {&alice, &bob}) ASSERT_LE(client->most_sockets, RelayPool::most_connections);
        }
        calm();
        meet();
        check();
    }

  private:
    void user(Client& who) {
        Client& other = &who == &alice ? bob : alice;
        const DhtKey& peer = dice.chance(0.6) ? other.key() : strangers[dice.below(strangers.size())];
        const ScriptedRelay& relay = *world.relays[dice.below(world.relays.size())];
        switch (dice.below(8)) {
            case 0:
                return who.pool.seek(peer, world.now);
            case 1:
                return who.pool.forget(peer, world.now);
            case 2:
                who.pool.seek(peer, world.now);
                return who.pool.tie(peer, relay.as_relay(), world.now);
            case 3:
                return who.pool.set_direct(peer, dice.chance(0.5), world.now);
            case 4:
                return who.pool.set_demand(static_cast<RelayDemand>(dice.below(3)), world.now);
            case 5:
                return who.pool.network_changed(world.now);
            case 6:
                who.online = dice.chance(0.7);
                return;
            default:
                for (auto n = dice.below(80); n > 0; --n)
                    who.pool.send(peer, relay.key(), Bytes(1 + dice.below(1500), 0x1b), world.now);
        }
    }

    void trouble(ScriptedRelay& relay) {
        switch (dice.below(10)) {
            case 0:
                return relay.hang_up();
            case 1:
                relay.temper.door = static_cast<Temper::Door>(dice.below(3));
                return;
            case 2:
                relay.temper.mute = dice.chance(0.4);
                return;
            case 3:
                relay.temper.piece = 1 + dice.below(40);
                return;
            case 4:
                relay.temper.room = dice.chance(0.5) ? 1 + dice.below(3000) : Wire::unlimited;
                return;
            case 5:
                relay.temper.refuses_links = dice.chance(0.3);
                return;
            case 6:
                return babble(relay);
            case 7:
                relay.temper.answers_pings = dice.chance(0.7);
                return;
            default:
                return;
        }
    }

    // Frames that are well sealed and otherwise anything.
    void babble(ScriptedRelay& relay) {
        Visit* visit = relay.visit_of(dice.chance(0.5) ? alice.key() : bob.key());
        for (auto n = dice.below(10); n > 0 && visit != nullptr; --n) {
            Bytes frame(1 + dice.below(60), static_cast<Byte>(dice.below(24)));
            frame.front() = static_cast<Byte>(dice.below(dice.chance(0.5) ? 12 : 256));
            if (frame.front() != 1) relay.say(*visit, frame);  // two slots for one are another test's
        }
    }

    void calm() {
        for (auto& relay : world.relays) {
            relay->temper = {};
            relay->hang_up();  // what it has told untruly, or not, is void
        }
        alice.online = bob.online = true;
    }

    void meet() {
        for (Client* client : {&alice, &bob}) {
            Client& other = client == &alice ? bob : alice;
            client->pool.network_changed(world.now);
            client->pool.forget(other.key(), world.now);
            client->pool.seek(other.key(), world.now);
            client->pool.tie(other.key(), world.relays.front()->as_relay(), world.now);
        }
        const auto linked = [&] {
            return !alice.pool.links(bob.key()).empty() && !bob.pool.links(alice.key()).empty();
        };
        const auto took = world.run_until(linked, 15s);
        ASSERT_TRUE(took);
        bob.packets.clear();
        const DhtKey relay = alice.pool.links(bob.key()).front();
        ASSERT_TRUE(world.run_until([&] { return alice.pool.send(bob.key(), relay, Bytes{0x1b, 1}, world.now); }, 2s));
        ASSERT_TRUE(world.run_until([&] { return !bob.packets.empty(); }, 2s));
        EXPECT_EQ(bob.packets.back().second, (Bytes{0x1b, 1}));
    }

    void check() {
        for (auto& relay : world.relays) {
            EXPECT_EQ(relay->violations, std::vector<std::string>{});

            for (std::size_t i = 2; i < relay->tries.size(); ++i)  // two clients
                EXPECT_GE(relay->tries[i] - relay->tries[i - 2], 1s);
        }
    }

    ScriptedWorld world;
    sim::Dice dice;
    Client& alice = world.add_client();
    Client& bob = world.add_client();
    std::vector<DhtKey> strangers;
};

TEST(RelayChaos, NoSeedBreaksIt) {
    const auto seeds = sim::figure("PURPLE_TOX_SEEDS", 8);
    for (std::uint64_t seed = 1; seed <= seeds && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Chaos(seed).run();
    }
}

}  // namespace
}  // namespace tox::test
