// SPDX-License-Identifier: GPL-3.0-or-later
// What comes over the streams of relays: to a client of a relay that lies, and to a relay from clients that are not
// ours. The hellos are genuine, so that frames are opened; a script may also send bytes that are none.
#include "engine/relay/relay_connection.hpp"
#include "engine/relay/relay_server.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/fuzz/stream_peer.hpp"
#include "tests/fuzz/target.hpp"

namespace tox::fuzz {
namespace {

enum Step : Byte { frame, bare_bytes, pass_time, act, hang_up, step_kinds };

// Where a client's peers are: few, so that they meet again.
const std::vector<DhtKey>& peers() {
    static const std::vector<DhtKey> keys = [] {
        std::vector<DhtKey> made(4);
        for (DhtKey& key : made) key = DhtKeyPair::generate().public_key;
        return made;
    }();
    return keys;
}

// ---- the client's side

class LyingRelay final : RelayConnectionListener {
  public:
    LyingRelay() {
        connection_ = std::make_unique<RelayConnection>(network_.connect(Endpoint::v4({192, 0, 2, 1}, 443)),
                                                        relay_.public_key, RelayConnection::Owner{self_, loop_, *this});
        peer_ = std::make_unique<StreamPeer>(StreamPeer::Role::relay, relay_, *network_.opened.front());
        peer_->let_in();
        connection_->tick(loop_.now());
        peer_->listen();
    }
    bool run(Script& script) {
        const bool ready = connection_->ready();
        while (script.next_step()) step(script);
        return ready;
    }

  private:
    void step(Script& script) {
        switch (script.below(step_kinds)) {
            case frame: {
                const Bytes plain = with_key(script);
                peer_->frame(plain, script.byte());
                return connection_->flush();
            }
            case bare_bytes: {
                const ByteView bytes = script.piece();
                peer_->bytes(bytes, script.byte());
                return connection_->flush();
            }
            case pass_time:
                return pass(script.time());
            case act:
                return do_something(script);
            default:
                peer_->hang_up();
        }
    }
    // A frame of the script's; keys are too long to be guessed, so a byte above 250 in second place stands for a
    // peer's.
    static Bytes with_key(Script& script) {
        const ByteView said = script.piece();
        Bytes plain(said.begin(), said.end());
        if (plain.size() >= 2 && plain[1] > 250) {
            const RawKey& key = peers()[plain[1] % peers().size()].raw();
            plain.erase(plain.begin() + 1);
            plain.insert(plain.begin() + 1, key.begin(), key.end());
        }
        return plain;
    }
    void pass(Duration time) {
        const Instant end = loop_.now() + time;
        for (int wakes = 0; wakes < 50 && connection_->next_deadline() <= end && !connection_->gone(); ++wakes) {
            loop_.pass(std::max(connection_->next_deadline() - loop_.now(), Duration(0)));
            connection_->tick(loop_.now());
            promise(connection_->gone() || connection_->next_deadline() > loop_.now(), "a deadline lies in the future");
        }
        loop_.pass(std::max(end - loop_.now(), Duration(0)));
    }
    void do_something(Script& script) {
        const DhtKey& peer = peers()[script.below(peers().size())];
        switch (script.below(5)) {
            case 0:
                return connection_->ask_for(peer);
            case 1:
                return connection_->release(peer);
            case 2:
                connection_->send(peer, script.piece());
                return;
            case 3:
                connection_->send_onion(script.piece());
                return;
            default:
                return connection_->doubt(loop_.now());
        }
    }
    void on_relay_ready(RelayConnection&) override {}
    void on_link(RelayConnection&, const DhtKey&, bool) override {}
    void on_peer_packet(RelayConnection&, const DhtKey&, ByteView packet) override {
        promise(!packet.empty(), "a packet holds something");
    }
    void on_onion_response(RelayConnection&, ByteView response) override {
        promise(!response.empty(), "a packet holds something");
    }
    void on_relay_gone(RelayConnection&) override { promise(++times_gone_ == 1, "one goes once"); }

    StillLoop loop_;
    StillNetwork network_;
    DhtKeyPair self_ = DhtKeyPair::generate(), relay_ = DhtKeyPair::generate();
    std::unique_ptr<StreamPeer> peer_;
    std::unique_ptr<RelayConnection> connection_;
    int times_gone_ = 0;
};

bool relay_client(ByteView input) {
    peers();
    LyingRelay relay;
    Script script(input);
    return relay.run(script);
}

std::vector<Bytes> relay_client_seeds() {
    ScriptWriter links, others;
    for (std::size_t peer = 0; peer < 2; ++peer) links.byte(act).byte(peer).byte(0);
    // Granted: kind, slot, key; the peer is there; data; gone; refused.
    links.byte(frame).piece(Bytes{1, 252, 16}).byte(0);
    links.byte(frame).piece(Bytes{1, 253, 17}).byte(3);
    links.byte(frame).piece(Bytes{2, 16}).byte(0).byte(frame).piece(Bytes{16, 0x1b, 1, 2, 3}).byte(0);
    links.byte(frame).piece(Bytes{3, 16}).byte(0).byte(act).byte(0).byte(1).byte(pass_time).byte(9);
    others.byte(frame).piece(Bytes{4, 0, 0, 0, 0, 0, 0, 0, 1}).byte(0);
    others.byte(frame).piece(Bytes{7, 252, 0x18, 1, 2}).byte(0).byte(frame).piece(Bytes{9, 0x8e, 1, 2}).byte(0);
    others.byte(act).byte(1).byte(3).piece(Bytes(40, 1)).byte(act).byte(1).byte(2).piece(Bytes(40, 0x18));
    others.byte(bare_bytes).piece(Bytes{0, 20, 1}).byte(1).byte(hang_up);
    return {links.take(), others.take()};
}

// ---- the relay's side

class Clients final : RelayServerListener {
  public:
    Clients() { server_.listen(443); }

    bool run(Script& script) {
        while (script.next_step()) step(script);
        const bool any = server_.clients() > 0;
        promise(server_.clients() <= keys_.size(), "one connection counts for each key");
        return any;
    }

  private:
    void step(Script& script) {
        const std::size_t kind = script.below(step_kinds);
        const std::size_t who = script.below(keys_.size());
        StreamPeer* guest = guests_[who].get();
        if (guest == nullptr || !guest->alive()) return come(who);
        switch (kind) {
            case frame:
                return say(*guest, script);
            case bare_bytes: {
                const ByteView bytes = script.piece();
                guest->bytes(bytes, script.byte());
                return server_.flush();
            }
            case pass_time:
                return pass(script.time());
            case act: {
                const Byte client = script.byte();
                server_.send_onion_response(client, script.piece());
                return server_.flush();
            }
            default:
                guest->hang_up();
        }
    }
    void come(std::size_t who) {
        Wire* const wire = network_.knock(Endpoint::v4({192, 0, 2, static_cast<Byte>(who)}, 4000));
        guests_[who] = std::make_unique<StreamPeer>(StreamPeer::Role::client, keys_[who], *wire);
        guests_[who]->greet(self_.public_key);
        server_.flush();
    }
    void say(StreamPeer& guest, Script& script) {
        const ByteView said = script.piece();
        Bytes plain(said.begin(), said.end());
        if (plain.size() == 2 && plain[0] == 0) {  // asks for another guest, whose key no fuzzer guesses
            const RawKey& key = keys_[plain[1] % keys_.size()].public_key.raw();
            plain.pop_back();
            append(plain, key);
        }
        guest.frame(plain, script.byte());
        server_.flush();
    }
    void pass(Duration time) {
        const Instant end = loop_.now() + time;
        for (int wakes = 0; wakes < 50 && server_.next_deadline(loop_.now()) <= end; ++wakes) {
            loop_.pass(std::max(server_.next_deadline(loop_.now()) - loop_.now(), Duration(0)));
            server_.tick(loop_.now());
            promise(server_.next_deadline(loop_.now()) > loop_.now(), "a deadline lies in the future");
        }
        loop_.pass(std::max(end - loop_.now(), Duration(0)));
    }
    void on_onion_request(std::uint64_t, const Endpoint&, ByteView request) override {
        promise(!request.empty(), "a packet holds something");
    }

    StillLoop loop_;
    StillNetwork network_;
    DhtKeyPair self_ = DhtKeyPair::generate();
    std::array<DhtKeyPair, 3> keys_{DhtKeyPair::generate(), DhtKeyPair::generate(), DhtKeyPair::generate()};
    std::array<std::unique_ptr<StreamPeer>, 3> guests_;
    RelayServer server_{self_, network_, loop_, *this};
};

bool relay_server(ByteView input) {
    Clients clients;
    Script script(input);
    return clients.run(script);
}

std::vector<Bytes> relay_server_seeds() {
    ScriptWriter linked, others;
    for (std::size_t who = 0; who < 2; ++who) linked.byte(frame).byte(who);  // come
    for (std::size_t who = 0; who < 2; ++who) linked.byte(frame).byte(who).piece(Bytes{0, Byte(1 - who)}).byte(0);
    linked.byte(frame).byte(0).piece(Bytes{16, 0x1b, 1, 2}).byte(0).byte(frame).byte(1).piece(Bytes{3, 16}).byte(0);
    linked.byte(pass_time).byte(0).byte(9).byte(hang_up).byte(1);
    others.byte(frame).byte(2).byte(frame).byte(2).piece(Bytes{4, 0, 0, 0, 0, 0, 0, 0, 1}).byte(5);
    Bytes out_of_band(1 + 32, 9), onion(200, 9);
    out_of_band.front() = 6;
    append(out_of_band, Bytes{1, 2, 3});
    onion.front() = 8;
    others.byte(frame).byte(2).piece(out_of_band).byte(0).byte(frame).byte(2).piece(onion).byte(0);
    others.byte(act).byte(2).byte(1).piece(Bytes(50, 0x8e)).byte(bare_bytes).byte(2).piece(Bytes{0, 1, 2}).byte(1);
    return {linked.take(), others.take()};
}

}  // namespace

std::vector<Target> relay_targets() {
    return {{"relay-client", relay_client, relay_client_seeds}, {"relay-server", relay_server, relay_server_seeds}};
}

}  // namespace tox::fuzz
