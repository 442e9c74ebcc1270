// SPDX-License-Identifier: GPL-3.0-or-later
// A whole engine under hostile datagrams: recorded ones damaged, replayed, from wrong addresses; genuine boxes with
// nonsense in them; noise. Meanwhile two people talk, and must not notice. And profiles that were damaged on the disk.
// Deterministic: PURPLE_TOX_SEED picks the stream, PURPLE_TOX_FUZZ how many datagrams (default 20000).
#include <gtest/gtest.h>

#include "engine/crypto/box.hpp"
#include "tests/fuzz/mutate.hpp"
#include "tests/sim/town.hpp"

namespace tox::fuzz {
namespace {

using sim::Dice;
using sim::Person;
using sim::Town;

std::uint64_t rounds() { return sim::figure("PURPLE_TOX_FUZZ", 20'000); }
std::uint64_t seed() { return sim::figure("PURPLE_TOX_SEED", 1); }

// Knows the victim's DHT key, as everybody does, and has keys of its own.
class Talker {
  public:
    Talker(Dice& dice, const DhtKey& victim) : dice_(dice), keys_(KeyPair<struct StrangerTag>::generate()) {
        shared_ = std::move(*precompute(victim, keys_.secret));
    }

    // Kinds whose box every stranger can make: the nonsense gets through to the inner parser.
    Bytes genuine_box() {
        static constexpr std::array<Byte, 4> sender_first{0x00, 0x01, 0x02, 0x04};
        static constexpr std::array<Byte, 6> nonce_first{0x80, 0x81, 0x82, 0x83, 0x85, 0x87};
        Bytes packet;
        if (dice_.chance(0.5)) {
            packet.push_back(sender_first[dice_.below(sender_first.size())]);
            append(packet, keys_.public_key.raw());
            append_box(packet, {});
        } else if (dice_.chance(0.2)) {
            packet.push_back(0x18);
            append(packet, keys_.public_key.raw());
            append_box(packet, {});
        } else {
            packet.push_back(nonce_first[dice_.below(nonce_first.size())]);
            append_box(packet, keys_.public_key.raw());
            append(packet, random_bytes_of(dice_, 59 * dice_.below(4)));  // what relays append for the way back
        }
        return packet;
    }

  private:
    void append_box(Bytes& packet, ByteView key) {
        const Nonce nonce = Nonce::random();
        append(packet, nonce.bytes);
        append(packet, key);
        seal(shared_, nonce, plaintext(), packet);
    }
    Bytes plaintext() {
        // Sizes at and around those of real bodies: ping 9, nodes request 40, announce 112, cookie request 72, onion
        // layers.
        static constexpr std::array<std::size_t, 10> sizes{1, 8, 9, 10, 40, 72, 104, 112, 200, 400};
        const std::size_t size = sizes[dice_.below(sizes.size())] + dice_.below(3) - 1;
        Bytes plain = random_bytes_of(dice_, size);
        for (Byte& b : plain) {
            if (dice_.chance(0.3)) b = static_cast<Byte>(dice_.below(12));
        }
        return plain;
    }

    Dice& dice_;
    KeyPair<struct StrangerTag> keys_;
    SharedKey shared_;
};

class Siege {
  public:
    Siege() : town(seed()), dice(seed() * 7919) {
        town.world.tap = [this](const Endpoint& from, const Endpoint& to, ByteView datagram) {
            constexpr std::size_t kept = 4000;  // of every phase something, in bounded memory
            const std::size_t slot = recorded.size() < kept ? recorded.size() : dice.below(kept);
            if (slot == recorded.size()) recorded.emplace_back();
            recorded[slot] = {from, to, Bytes(datagram.begin(), datagram.end())};
        };
        town.add_bootstrap_node();
        town.add();
        town.add();
        town.acquaint_everybody();
    }

    Person& victim() { return *town.people()[0]; }
    Person& friend_of_victim() { return *town.people()[1]; }

    void attack() {
        Talker stranger(dice, victim().engine().network().dht_key);
        const Endpoint target = *victim().network.address(Endpoint::Family::v4);
        for (std::uint64_t n = 0; n < rounds(); ++n) {
            const Recorded& original = recorded[dice.below(recorded.size())];
            const Endpoint from =
                dice.chance(0.5) ? original.from : sim::public_v4(static_cast<unsigned>(5000 + n % 50), 33445);
            if (from == target) continue;
            victim().network.receive(from, datagram(original, stranger));
            if (n % 100 == 0) between();
        }
    }

    Town town;
    Dice dice;

  private:
    struct Recorded {
        Endpoint from;
        Endpoint to;
        Bytes bytes;
    };
    Bytes datagram(const Recorded& original, Talker& stranger) {
        switch (dice.below(4)) {
            case 0:
                return original.bytes;  // a replay
            case 1:
                return mutated(original.bytes, dice);
            case 2:
                return stranger.genuine_box();
            default:
                return random_bytes_of(dice, dice.below(2049));
        }
    }
    void between() {
        victim().say(friend_of_victim());
        friend_of_victim().say(victim());
        town.world.run_for(500ms);
    }
    std::vector<Recorded> recorded;
};

TEST(Engine, PeopleDoNotNoticeASiege) {
    Siege siege;
    ASSERT_TRUE(siege.town.world.run_until([&] { return siege.town.all_connected(); }, 60s));
    siege.attack();
    EXPECT_TRUE(siege.town.all_connected()) << "the session must outlive it";
    EXPECT_TRUE(siege.town.world.run_until([&] { return siege.town.everything_said_is_heard(); }, 60s));
    EXPECT_EQ(siege.town.ledger().figures().doubled, 0U);
    EXPECT_TRUE(siege.town.faults().none()) << siege.town.faults().text();
    const Dropped& dropped = siege.victim().engine().dropped();
    EXPECT_GT(dropped.refused + dropped.unknown_kind, rounds() / 4);
}

TEST(Engine, ConnectsWhileUnderAttack) {
    Siege siege;
    siege.town.world.run_for(200ms);
    siege.attack();
    EXPECT_TRUE(siege.town.world.run_until([&] { return siege.town.all_connected(); }, 60s));
    EXPECT_TRUE(siege.town.faults().none()) << siege.town.faults().text();
}

// Either the profile opens, or nothing on the disk has changed: R51. Never a new identity in place of an old one.
class DamagedDisk final : public EventSink {
  public:
    void on_event(const Event&) override {}

    static void fill(Town& town) {
        town.add_bootstrap_node();
        for (int i = 0; i < 4; ++i) town.add();
        town.acquaint_everybody();
        town.world.run_for(10s);
        for (Person* person : town.people()) {
            for (Person* other : town.people()) {
                if (person != other) person->say(*other);
            }
        }
    }
    void open(Person& owner, const std::map<std::string, Bytes>& files, sim::World& world) {
        sim::SimLoop loop(world);
        sim::SimNetwork network(world, loop);
        sim::SimDisk disk;
        for (const auto& [name, content] : files) disk.replace(name, content);
        auto engine = Engine::open({loop, network, disk}, *this);
        if (!engine) {
            ++refused;
            for (const auto& [name, content] : files) EXPECT_EQ(disk.files().at(name), content) << "touched: " << name;
            return;
        }
        ++opened;
        EXPECT_EQ((*engine)->id().key, owner.key()) << "another identity in place of a damaged one";
        EXPECT_FALSE((*engine)->created());
    }
    unsigned opened = 0;
    unsigned refused = 0;
};

TEST(Engine, DamagedProfilesOpenOrStayUntouched) {
    Town town(seed());
    DamagedDisk::fill(town);
    Person& owner = *town.people()[0];
    owner.crash();
    Dice dice(seed() * 104729);
    DamagedDisk test;
    for (std::uint64_t n = 0; n < rounds() / 20; ++n) {
        auto files = owner.disk.files();
        ASSERT_FALSE(files.empty());
        auto victim = files.begin();
        std::advance(victim, static_cast<std::ptrdiff_t>(dice.below(files.size())));
        victim->second = mutated(victim->second, dice);
        test.open(owner, files, town.world);
    }
    EXPECT_GT(test.opened, 0U);
    EXPECT_TRUE(town.faults().none()) << town.faults().text();
}

}  // namespace
}  // namespace tox::fuzz
