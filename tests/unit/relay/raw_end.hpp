// SPDX-License-Identifier: GPL-3.0-or-later
// One end of a relay's encrypted stream, written a second time and straight from the notes (3.1), to compare the
// engine's with. Honest unless told otherwise.
#pragma once

#include <vector>

#include "engine/wire/relay.hpp"

namespace tox::test {

class RawEnd {
  public:
    enum class Role { client, relay };
    RawEnd(Role role, const DhtKeyPair& self) : role_(role), self_(self) {}

    Bytes client_hello(const DhtKey& relay);
    // Everything that came so far; what could be read is taken. False: no such thing may come.
    bool take(ByteView bytes);
    Bytes answer() { return std::exchange(answer_, {}); }  // the relay's hello, once there is one
    bool secured() const { return secured_; }
    const DhtKey& peer() const { return peer_; }
    std::vector<Bytes> frames() { return std::exchange(frames_, {}); }

    Bytes frame(ByteView plain);  // the next one
    template <class Packet>
    Bytes packet(const Packet& packet) {
        return frame(wire::serialise(packet));
    }

    SessionKeyPair temporary = SessionKeyPair::generate();
    Nonce sending = Nonce::random();

  private:
    bool take_hello();
    bool take_frame();

    Role role_;
    const DhtKeyPair& self_;
    DhtKey peer_;
    SharedKey static_key_;
    SharedKey session_key_;
    Nonce receiving_;
    Bytes in_;
    Bytes answer_;
    bool secured_ = false;
    bool broken_ = false;
    std::vector<Bytes> frames_;
};

// A frame's plaintext, to compare with.
template <class Packet>
bool is(const Bytes& frame, const Packet& packet) {
    return frame == wire::serialise(packet);
}

}  // namespace tox::test
