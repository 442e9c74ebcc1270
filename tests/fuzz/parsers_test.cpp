// SPDX-License-Identifier: GPL-3.0-or-later
// Every packet parser against bytes that are of its kind and size, and hardly anything else. Deterministic:
// PURPLE_TOX_SEED picks the stream, PURPLE_TOX_FUZZ how many inputs each parser gets (default 20000 / 10).
#include <gtest/gtest.h>

#include "engine/host/network.hpp"
#include "tests/fuzz/mutate.hpp"
#include "tests/fuzz/packets.hpp"

namespace tox::fuzz {
namespace {

std::uint64_t rounds() { return sim::figure("PURPLE_TOX_FUZZ", 20'000); }
sim::Dice dice_for(std::uint64_t stream) { return sim::Dice(sim::figure("PURPLE_TOX_SEED", 1) * 1000 + stream); }

// Of the right kind and size, so that the fields are reached.
Bytes plausible(const PacketType& type, sim::Dice& dice) {
    const std::size_t more = type.open && dice.chance(0.7) ? dice.below(200) : 0;
    Bytes bytes = random_bytes_of(dice, type.least + more);
    if (type.kind >= 0) bytes[0] = static_cast<Byte>(type.kind);
    // Small numbers make counts and families, which random bytes hardly ever are.
    for (std::size_t i = 1; i < bytes.size() && dice.chance(0.3); ++i) bytes[i] = static_cast<Byte>(dice.below(12));
    return bytes;
}

TEST(Parsers, RandomAndDamagedPackets) {
    for (std::size_t i = 0; i < packet_types.size(); ++i) {
        sim::Dice dice = dice_for(i);
        std::uint64_t parsed = 0;
        for (std::uint64_t n = 0; n < rounds() / 10; ++n) {
            const Bytes bytes = plausible(packet_types[i], dice);
            parsed += packet_types[i].round_trip(bytes) ? 1U : 0U;
            packet_types[i].round_trip(mutated(bytes, dice));
            packet_types[i].round_trip(random_bytes_of(dice, dice.below(600)));
        }
        EXPECT_GT(parsed, 0U) << "packet type " << i << " is never reached behind its checks";
    }
}

TEST(Parsers, AllKindsOfOneToThreeBytes) {
    for (unsigned value = 0; value < 256 * 3; ++value) {
        const Bytes bytes(1 + value / 256, static_cast<Byte>(value));
        for (const PacketType& type : packet_types) type.round_trip(bytes);
    }
    for (const PacketType& type : packet_types) type.round_trip({});
}

// ---- the largest of each -------------------------------------------------------------------------------------------

std::vector<wire::PackedNode> long_nodes(std::size_t count) {
    const DhtKey key = DhtKeyPair::generate().public_key;
    return {count, {wire::Transport::udp, {key, Endpoint::v6({0x20, 1, 0xd, 0xb8, 1}, 33445)}}};
}
std::vector<Node> long_addresses(std::size_t count) {
    std::vector<Node> nodes;
    for (const wire::PackedNode& packed : long_nodes(count)) nodes.push_back(packed.node);
    return nodes;
}

template <wire::Packet P>
void expect_written_whole(const P& packet) {
    const Bytes written = wire::serialise(packet);
    EXPECT_LE(written.size(), max_datagram);
    EXPECT_TRUE(wire::parse<P>(written) == packet);
    EXPECT_TRUE(round_trip<P>(written));
}

// What is fixed in size, or open, as long as a datagram may be.
TEST(Parsers, R2_TheLongestOfEveryPacketIsWrittenWhole) {
    std::size_t longest_read = 0;
    for (const PacketType& type : packet_types) {
        Bytes bytes(type.open ? max_datagram : type.least, Byte{9});
        if (type.kind >= 0) bytes[0] = static_cast<Byte>(type.kind);
        longest_read += type.round_trip(bytes) ? 1U : 0U;
    }
    EXPECT_GE(longest_read, packet_types.size() * 2 / 3) << "the others are lists of nodes, which nines are not";
}

TEST(Parsers, R2_TheLongestListsOfNodesAreWrittenWhole) {
    const DhtKey key = DhtKeyPair::generate().public_key;
    expect_written_whole(wire::NodesResponseBody{{long_addresses(wire::most_nodes_named)}, ~0ULL});
    expect_written_whole(wire::AnnounceAnswer{2, RawKey{}, {long_nodes(wire::nodes_per_answer)}});
    expect_written_whole(wire::NewAnnounceAnswer{2, RawKey{}, {long_addresses(wire::nodes_per_answer)}, {}});
    expect_written_whole(wire::DhtKeyPacket{~0ULL, key, {long_nodes(4)}});
    expect_written_whole(wire::ShareRelays{{long_nodes(3)}});
}

}  // namespace
}  // namespace tox::fuzz
