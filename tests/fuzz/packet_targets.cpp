// SPDX-License-Identifier: GPL-3.0-or-later
// Every packet that is declared, a data packet's content, and the Tox ID as text.
#include "engine/crypto/tox_id.hpp"
#include "tests/fuzz/packets.hpp"
#include "tests/fuzz/target.hpp"

namespace tox::fuzz {
namespace {

// The first byte picks a packet type, the rest is the packet.
bool packets(ByteView input) {
    return !input.empty() && packet_types[input.front() % packet_types.size()].round_trip(input.subspan(1));
}

std::vector<Bytes> packet_seeds() {
    std::vector<Bytes> seeds;
    for (std::size_t i = 0; i < packet_types.size(); ++i) {
        // Nines: a list of so many nodes is refused, but a key of nines is valid, and so are the sizes.
        Bytes seed(1 + packet_types[i].least, 9);
        seed[0] = static_cast<Byte>(i);
        if (packet_types[i].kind >= 0) seed.at(1) = static_cast<Byte>(packet_types[i].kind);
        seeds.push_back(std::move(seed));
    }
    return seeds;
}

bool data_packet(ByteView input) {
    if (const auto envelope = wire::read_envelope(input))
        promise(envelope->box.size() <= input.size(), "a view inside");
    const auto content = wire::read_content(input);
    if (!content) return false;
    promise(!content->payload.empty() && content->payload.front() != 0, "padding is no payload");
    Bytes written;
    wire::write_content(written, *content);
    const auto again = wire::read_content(written);
    promise(again && again->header == content->header && std::ranges::equal(again->payload, content->payload),
            "content that was read can be written and read again");
    return true;
}

std::vector<Bytes> data_packet_seeds() {
    Bytes content, longest;
    wire::write_content(content, {{7, 9}, Bytes{64, 'x'}});
    wire::write_content(longest, {{0, 1}, Bytes(wire::largest_payload, 16)});
    return {content, longest, {0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 24}};
}

bool tox_id(ByteView input) {
    const std::string text = text_of(input);
    const auto parsed = ToxId::parse(text);
    promise(strip_tox_link(text).size() <= text.size(), "a view inside");
    if (!parsed.id) return false;
    promise(ToxId::parse(parsed.id->text()).id == parsed.id, "an ID that was read can be written and read again");
    return true;
}

std::vector<Bytes> tox_id_seeds() {
    const std::string id = ToxId{LongTermKeyPair::generate().public_key, {1, 2, 3, 4}}.text();
    std::vector<Bytes> seeds;
    for (const std::string& text : {id, "tox:" + id + "?message=hello", " tox://" + id + "\n"}) {
        const ByteView bytes = bytes_of(text);
        seeds.emplace_back(bytes.begin(), bytes.end());
    }
    return seeds;
}

}  // namespace

std::vector<Target> packet_targets() {
    return {{"packets", packets, packet_seeds},
            {"data-packet", data_packet, data_packet_seeds},
            {"tox-id", tox_id, tox_id_seeds}};
}

}  // namespace tox::fuzz
