// SPDX-License-Identifier: GPL-3.0-or-later
// The path of a data packet allocates nothing once its buffers have grown.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "engine/session/session.hpp"

namespace {
std::size_t allocations = 0;
}

[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace tox::test {
namespace {

struct Direct final : SessionOutput, SessionListener {
    explicit Direct(Instant start) : session(start) {}
    bool send_session_packet(ByteView datagram) override {
        if (++sent % 7 == 0) return true;  // lost
        other->session.receive(datagram, *now, *other);
        return true;
    }
    void on_lossless(ByteView) override { ++received; }
    void on_lossy(ByteView) override {}
    void on_kill() override {}

    Session session;
    Direct* other = nullptr;
    const Instant* now = nullptr;
    std::size_t sent = 0;
    std::size_t received = 0;
};

TEST(Allocation, none_per_packet_after_warming_up) {
    Instant now{50s};
    Direct a(now);
    Direct b(now);
    a.other = &b;
    b.other = &a;
    a.now = b.now = &now;
    ASSERT_TRUE(a.session.accept(b.session.own_key(), b.session.own_base_nonce(), now));
    ASSERT_TRUE(b.session.accept(a.session.own_key(), a.session.own_base_nonce(), now));
    const Bytes packet(Session::max_payload, 64);
    const auto exchange = [&](Duration span) {
        for (const Instant end = now + span; now < end; now += 1ms) {
            while (a.session.send_room() > 0) a.session.send_lossless(packet, now);
            b.session.send_lossless(packet, now);
            a.session.tick(now, a);
            b.session.tick(now, b);
        }
    };
    exchange(240s);
    const std::size_t received = b.received;
    const std::size_t before = allocations;
    exchange(60s);
    EXPECT_GT(b.received, received + 1000);
    EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace tox::test
