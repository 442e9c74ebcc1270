// SPDX-License-Identifier: GPL-3.0-or-later
// Who attacks a fuzzed engine: a contact of its user, and somebody it has never heard of. Both hold real keys, so that
// what they say is opened.
#pragma once

#include "engine/session/handshake.hpp"
#include "engine/session/session.hpp"
#include "engine/wire/nodes.hpp"
#include "tests/fuzz/still_world.hpp"

namespace tox::fuzz {

class HostileContact final : SessionOutput, SessionListener {
  public:
    explicit HostileContact(StillNetwork& network) : network_(network) {}

    const LongTermKey& key() const { return long_term_.public_key; }
    static Endpoint address() { return Endpoint::v4({198, 51, 100, 7}, 33445); }

    // Cookie, handshake, first session packet. False: the engine did not go along.
    bool meet(const CookieOwner& engine, Instant now);
    bool say(ByteView packet, Instant now);  // in the session, as any kind of packet; false: it has no room for that
    void repeat(std::size_t which);          // a datagram of before
    bool met() const { return session_ && session_->confirmed(); }

  private:
    bool send_session_packet(ByteView datagram) override;
    void on_lossless(ByteView) override {}
    void on_lossy(ByteView) override {}
    void on_kill() override {}
    void give(Bytes datagram);
    void listen(Instant now);  // to what came in the session
    const Bytes* answer(Byte kind) const;

    StillNetwork& network_;
    LongTermKeyPair long_term_ = LongTermKeyPair::generate();
    DhtKeyPair dht_ = DhtKeyPair::generate();
    KeyCache keys_{dht_.secret};
    CookieMaker cookies_;
    std::unique_ptr<Session> session_;
    std::vector<Bytes> said_;
};

class Stranger {
  public:
    explicit Stranger(StillNetwork& network) : network_(network) {}
    Node node() const { return {keys_.public_key, Endpoint::v4({203, 0, 113, 9}, 33445)}; }

    // A box of the script's content, with our key in front of its nonce, or behind it as in the onion.
    void key_first(Byte kind, const DhtKey& to, ByteView plain, const Nonce& nonce = Nonce::random());
    void nonce_first(Byte kind, const DhtKey& to, ByteView plain);
    // Answers the engine's latest question for nodes; `list` is what a nodes response holds in front of the id.
    void answer_nodes(const DhtKey& to, ByteView list);

  private:
    StillNetwork& network_;
    DhtKeyPair keys_ = DhtKeyPair::generate();
};

}  // namespace tox::fuzz
