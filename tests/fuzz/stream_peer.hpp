// SPDX-License-Identifier: GPL-3.0-or-later
// The other end of a relay's stream: its hellos are genuine, so that its frames are opened, and the rest is a script's.
#pragma once

#include "tests/fuzz/still_world.hpp"
#include "tests/unit/relay/raw_end.hpp"

namespace tox::fuzz {

class StreamPeer {
  public:
    using Role = test::RawEnd::Role;
    StreamPeer(Role role, const DhtKeyPair& keys, Wire& wire) : end_(role, keys), wire_(wire) {}

    bool alive() const { return wire_.sink != nullptr; }
    void greet(const DhtKey& relay) { bytes(end_.client_hello(relay), 0); }
    // As the relay that somebody connects to.
    void let_in() {
        if (alive()) wire_.sink->on_open();
        listen();
    }
    // What was written to us; the hello among it is answered.
    void listen() {
        end_.take(wire_.taken());
        const Bytes answer = end_.answer();
        if (alive()) wire_.give(answer);
    }
    void frame(ByteView plain, std::size_t piece) {
        listen();
        if (end_.secured()) bytes(end_.frame(plain), piece);
    }
    void bytes(ByteView bytes, std::size_t piece) {  // in pieces of that size; 0: at once
        wire_.give(bytes, piece == 0 ? Wire::unlimited : piece);
    }
    void hang_up() {
        if (alive()) wire_.sink->on_closed(StreamEnd::closed);
    }

  private:
    test::RawEnd end_;
    Wire& wire_;
};

}  // namespace tox::fuzz
