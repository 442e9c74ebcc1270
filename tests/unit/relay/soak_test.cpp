// SPDX-License-Identifier: GPL-3.0-or-later
// Clients that come, speak and go, ten thousand times: nothing of them stays at the relay.
#include <gtest/gtest.h>
#include <malloc.h>

#include "engine/relay/relay_server.hpp"
#include "tests/fuzz/stream_peer.hpp"

// Where AddressSanitizer is, the heap is its own.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes() __attribute__((weak));

namespace tox::test {
namespace {

std::size_t heap_in_use() {
    return __sanitizer_get_current_allocated_bytes != nullptr ? __sanitizer_get_current_allocated_bytes()
                                                              : mallinfo2().uordblks;
}

struct Relayed final : RelayServerListener {
    Relayed() { server.listen(443); }
    void on_onion_request(std::uint64_t client, const Endpoint&, ByteView) override {
        server.send_onion_response(client, Bytes{0x84, 1, 2});
    }
    // Two who have never been here meet, talk, and leave; the second without a word.
    void visit(std::uint16_t number) {
        const DhtKeyPair keys[2] = {DhtKeyPair::generate(), DhtKeyPair::generate()};
        std::unique_ptr<fuzz::StreamPeer> guests[2];
        for (int i = 0; i < 2; ++i) {
            fuzz::Wire* const wire = network.knock(Endpoint::v4({192, 0, 2, Byte(1 + number % 200)}, number));
            guests[i] = std::make_unique<fuzz::StreamPeer>(fuzz::StreamPeer::Role::client, keys[i], *wire);
            guests[i]->greet(self.public_key);
        }
        for (int i = 0; i < 2; ++i) guests[i]->frame(wire::serialise(wire::RoutingRequest{keys[1 - i].public_key}), 0);
        EXPECT_EQ(server.clients(), 2U);
        guests[0]->frame(Bytes{wire::first_slot, 0x1b, 1, 2, 3}, 0);
        guests[0]->frame(wire::serialise(wire::DisconnectNotification{wire::first_slot}), 0);
        server.flush();
        for (auto& guest : guests) guest->hang_up();
        loop.pass(20ms);
        server.tick(loop.now());
        EXPECT_EQ(server.clients(), 0U);
        network.accepted.clear();
    }

    fuzz::StillLoop loop;
    fuzz::StillNetwork network;
    DhtKeyPair self = DhtKeyPair::generate();
    RelayServer server{self, network, loop, *this};
};

TEST(RelaySoak, R27_TenThousandClientsLeaveNothing) {
    constexpr std::uint16_t visits = 5000, warm = 500;
    constexpr std::size_t tolerated = 16 * 1024;  // of tables that have grown to their size
    Relayed relayed;
    std::size_t before = 0;
    for (std::uint16_t n = 0; n < visits && !testing::Test::HasFailure(); ++n) {
        relayed.visit(n);
        if (n == warm) before = heap_in_use();
    }
    EXPECT_LE(heap_in_use(), before + tolerated);
}

}  // namespace
}  // namespace tox::test
