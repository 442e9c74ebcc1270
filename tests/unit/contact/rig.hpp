// SPDX-License-Identifier: GPL-3.0-or-later
// One contact with real layers below it, a clock the test moves and a network that only records; and the other side,
// played by the test with the same primitives.
#pragma once

#include "engine/contact/contacts.hpp"
#include "tests/unit/session/opened.hpp"

namespace tox::test {

struct Sent {
    Endpoint to;
    Bytes datagram;
};

class RigLoop final : public Loop {
  public:
    Instant now() const override { return now_; }
    WallTime wall() const override {
        return WallTime(1'700'000'000s + std::chrono::duration_cast<std::chrono::seconds>(now_.time_since_epoch()));
    }
    void set_waker(Waker*) override {}
    void wake_at(Instant) override {}
    void pass(Duration time) { now_ += time; }

  private:
    Instant now_{1h};
};

class RigNetwork final : public Network {
  public:
    void set_sink(NetworkSink*) override {}
    bool send(const Endpoint& to, ByteView datagram) override {
        sent.push_back({to, Bytes(datagram.begin(), datagram.end())});
        return true;
    }
    void flush() override {}
    bool reaches(Endpoint::Family) const override { return true; }
    std::uint16_t port() const override { return 33445; }
    std::optional<Endpoint> source_towards(const Endpoint&) const override { return source; }

    std::vector<Sent> take(Byte kind);  // what was sent of that kind; the rest is forgotten

    std::vector<Sent> sent;
    std::optional<Endpoint> source;
};

struct Keys {
    LongTermKeyPair long_term = LongTermKeyPair::generate();
    DhtKeyPair dht = DhtKeyPair::generate();
    std::unique_ptr<KeyCache> cache = std::make_unique<KeyCache>(dht.secret);
    SessionIdentity identity() const { return {long_term, dht}; }
};

class Rig final : public ContactListener,
                  public RequestListener,
                  public ReplayNumbers,
                  private SessionListener,
                  private SessionOutput {
  public:
    Rig();

    // The other side's doings.
    void they_send_dht_key(std::uint64_t number, const std::vector<Node>& nodes = {});
    bool they_answer_cookie(const Bytes& request);  // from their address
    Bytes their_handshake();                        // with the cookie we gave them last
    void they_ask_cookie();
    bool they_send(ByteView packet);         // in the session, as a lossless packet
    bool they_leave();                       // the same with a goodbye; false: not taken
    void they_read(const Bytes& handshake);  // ours
    void they_restart();                     // new DHT key, new session

    test::Opener their_opener() { return {them.identity(), *them.cache, their_cookies}; }

    void tick();
    void pass(Duration time);  // in steps, ticking
    Progress progress() { return contact->progress(loop.now()); }
    // From nothing to a session packet of theirs.
    void establish();

    void on_progress(const LongTermKey&, Progress progress) override { announced.push_back(progress); }
    void on_session_begun(const LongTermKey&, Instant) override { ++begun; }
    void on_session_suspended(const LongTermKey&, Instant) override { ++suspended; }
    void on_session_resumed(const LongTermKey&, Instant) override { ++resumed; }
    void on_session_ended(const LongTermKey&, Instant) override { ++ended; }
    void on_session_packet(const LongTermKey&, ByteView packet, Instant) override {
        packets.emplace_back(packet.begin(), packet.end());
    }
    void on_acknowledged(const LongTermKey&) override {}
    void on_route_changed(const LongTermKey&) override {}
    void on_friend_request(const LongTermKey&, const wire::FriendRequest&) override {}
    std::uint64_t next() override { return ++number; }

    RigLoop loop;
    RigNetwork network;
    Keys us, them;
    std::unique_ptr<Session> their_session;
    CookieMaker our_cookies, their_cookies;
    std::optional<wire::Cookie> cookie_for_them;  // one that we made
    Endpoint their_address = Endpoint::v4({192, 0, 2, 7}, 33445);

    DhtKeyClaims claims;
    ContactWorld world;
    Contacts contacts;
    Dht dht;
    AnnounceStore store;
    OnionClient onion;
    Contact* contact = nullptr;

    std::vector<Progress> announced;
    std::vector<Bytes> packets;
    int begun = 0, suspended = 0, resumed = 0, ended = 0;
    std::uint64_t number = 0;

  private:
    void on_lossless(ByteView) override {}
    void on_lossy(ByteView) override {}
    void on_kill() override {}
    bool send_session_packet(ByteView datagram) override;

    std::optional<wire::Cookie> cookie_from_handshake_;
    bool taken_ = false;
};

}  // namespace tox::test
