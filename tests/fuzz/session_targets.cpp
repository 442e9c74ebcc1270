// SPDX-License-Identifier: GPL-3.0-or-later
// A session whose other side holds the right keys and sends what it likes; in front of it, the handshake. What comes
// out must be what went in, in order, each once.
#include "engine/session/handshake.hpp"
#include "engine/session/session.hpp"
#include "engine/wire/session.hpp"
#include "tests/fuzz/script.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/unit/session/opened.hpp"

namespace tox::fuzz {
namespace {

enum Step : Byte { say, skip, replay, bare_bytes, pass_time, send_text, send_lossy, output, step_kinds };

class OtherSide final : SessionOutput, SessionListener {
  public:
    OtherSide() {
        key_ = *precompute(session_.own_key(), own_.secret);
        session_.accept(own_.public_key, next_, now_);
    }
    bool run(Script& script) {
        while (script.next_step()) step(script);
        settle();
        return session_.confirmed();
    }

  private:
    void step(Script& script) {
        switch (script.below(step_kinds)) {
            case say:
                return say_next(script);
            case skip:  // nonces that never come
                return next_.add(script.number() % 70'000);
            case replay:
                if (!said_.empty()) give(said_[script.byte() % said_.size()]);
                return;
            case bare_bytes:
                return give(script.piece());
            case pass_time:
                return pass(script.time());
            case send_text:
                return send(script);
            case send_lossy:
                session_.send_lossy(packet(wire::payload_kind::first_lossy, script.piece()), now_);
                return;
            default:
                takes_ = script.below(2) == 0;
        }
    }
    // Numbers near ours and theirs, or any; padding; a payload.
    void say_next(Script& script) {
        const std::uint32_t start = near(script, sent_), number = near(script, heard_);
        const std::size_t padding = script.below(9);
        const ByteView payload = script.piece();
        Bytes plain, datagram;
        wire::write(plain, wire::ContentHeader{start, number});
        plain.resize(plain.size() + padding);
        append(plain, payload);
        wire::write(datagram, wire::DataHeader{next_.low16()});
        seal(key_, next_, plain, datagram);
        next_.add(1);
        expect(number, payload);
        give(datagram);
        if (said_.size() < 50) said_.push_back(std::move(datagram));
    }
    static std::uint32_t near(Script& script, std::uint32_t base) {
        const Byte distance = script.byte();
        return distance == 0xff ? script.number() : base + distance - 64;
    }
    // The first packet of a number counts (B78): a later one of the same is a repetition, whatever it holds.
    void expect(std::uint32_t number, ByteView payload) {
        const std::size_t zeros =
            static_cast<std::size_t>(std::ranges::find_if(payload, [](Byte b) { return b != 0; }) - payload.begin());
        const ByteView content = payload.subspan(zeros);
        if (content.empty() || !wire::is_lossless(content.front())) return;
        for (const Expected& one : expected_)
            if (one.number == number && one.content == Bytes(content.begin(), content.end())) return;
        expected_.push_back({number, Bytes(content.begin(), content.end())});
    }
    void give(ByteView datagram) {
        session_.receive(datagram, now_, *this);
        settle();
    }
    void settle() {
        for (int i = 0; i < 3 && session_.next_deadline(now_) <= now_; ++i) session_.tick(now_, *this);
        promise(session_.next_deadline(now_) > now_, "a deadline lies in the future");
    }
    void pass(Duration time) {
        constexpr int most_wakes = 100;
        const Instant end = now_ + time;
        for (int i = 0; i < most_wakes && session_.next_deadline(now_) <= end; ++i) {
            now_ = std::max(now_, session_.next_deadline(now_));
            settle();
        }
        now_ = end;
        settle();
    }
    static Bytes packet(Byte kind, ByteView content) {
        Bytes bytes{kind};
        append(bytes, content.first(std::min(content.size(), Session::max_payload - 1)));
        return bytes;
    }
    void send(Script& script) {
        if (session_.send_lossless(packet(64, script.piece()), now_)) ++sent_;
        settle();
    }

    bool send_session_packet(ByteView datagram) override {
        promise(datagram.size() <= wire::largest_data_packet, "no datagram is too long");
        promise(++sent_at_once_ < 100'000, "what one input makes us send has an end");
        return takes_;
    }
    void on_lossless(ByteView content) override {
        const auto same = [&](const Expected& one) {
            return one.number == heard_ && std::ranges::equal(one.content, content);
        };
        promise(std::ranges::any_of(expected_, same), "in order, each once, as it was said");
        ++heard_;
    }
    void on_lossy(ByteView content) override { promise(wire::is_lossy(content.front()), "of a lossy kind"); }
    void on_kill() override {}

    struct Expected {
        std::uint32_t number;
        Bytes content;
    };
    Instant now_{2000s};
    Session session_{now_};
    SessionKeyPair own_ = SessionKeyPair::generate();
    SharedKey key_;
    Nonce next_ = Nonce::random();
    std::vector<Bytes> said_;
    std::vector<Expected> expected_;
    std::uint32_t heard_ = 0;  // by the session, lossless
    std::uint32_t sent_ = 0;   // by the session, lossless
    std::size_t sent_at_once_ = 0;
    bool takes_ = true;
};

bool session(ByteView input) {
    OtherSide side;
    Script script(input);
    return side.run(script);
}

ScriptWriter& saying(ScriptWriter& script, std::size_t start, std::size_t number, const Bytes& payload) {
    return script.byte(say).byte(start).byte(number).byte(0).piece(payload);  // 64: as expected
}

std::vector<Bytes> session_seeds() {
    ScriptWriter chat, hole, end;
    saying(chat, 64, 64, {24}).byte(send_text).piece(bytes_of("hello")).byte(pass_time).byte(3);
    saying(saying(chat, 64, 64, {64, 'x'}), 63, 64, {1, 1, 0, 255}).byte(pass_time).byte(6);
    saying(chat, 64, 64, {200, 1, 2}).byte(send_lossy).piece(Bytes{1}).byte(replay).byte(0);
    saying(saying(hole, 64, 64, {24}), 64, 66, {64, 'b'}).byte(skip).number(3);
    saying(saying(hole, 64, 64, {64, 'a'}), 64, 64, {64, 'c'}).byte(pass_time).byte(5).byte(output).byte(1);
    saying(saying(end, 64, 64, {24}), 255, 64, {2}).byte(bare_bytes).piece(Bytes(40, 0x1b));
    return {chat.take(), hole.take(), end.take()};
}

// ---- before it: what a stranger sends with keys of its own

bool handshake(ByteView input) {
    static const LongTermKeyPair ours = LongTermKeyPair::generate(), theirs = LongTermKeyPair::generate();
    static const DhtKeyPair dht = DhtKeyPair::generate(), their_dht = DhtKeyPair::generate();
    static KeyCache dht_keys(dht.secret);
    CookieMaker cookies;
    const test::Opener self{{ours, dht}, dht_keys, cookies};
    const Instant now{2000s};
    Script script(input);
    const bool sealed_body = script.byte() % 2 == 0;
    if (!sealed_body) return self.open(script.rest(), now).has_value();
    const auto body = wire::parse<wire::HandshakeBody>(script.rest());
    if (!body) return false;
    wire::HandshakeBody fitting = *body;
    const wire::Cookie cookie = cookies.make({theirs.public_key, their_dht.public_key}, now);
    fitting.cookie_hash = sha512(cookie.bytes);
    const auto key = precompute(ours.public_key, theirs.secret);
    const auto packet = [&](const wire::HandshakeBody& said) {
        const Nonce nonce = Nonce::random();
        return wire::serialise(
            wire::HandshakePacket{cookie, nonce, wire::Sealed<wire::HandshakeBody>::of(*key, nonce, said)});
    };
    if (body->cookie_hash != fitting.cookie_hash) promise(!self.open(packet(*body), now), "a cookie's hash must fit");
    const auto opened = self.open(packet(fitting), now);
    promise(opened && opened->long_term == theirs.public_key && opened->dht == their_dht.public_key,
            "who made the cookie's box is who it is for");
    promise(!self.open(packet(fitting), now + CookieMaker::lifetime + 1s), "a cookie ends");
    return true;
}

std::vector<Bytes> handshake_seeds() {
    ScriptWriter sealed_body, bare;
    Bytes body = wire::serialise(wire::HandshakeBody{Nonce::random(), SessionKeyPair::generate().public_key, {}, {}});
    sealed_body.byte(0);
    bare.byte(1);
    Bytes whole = sealed_body.take(), packet = bare.take();
    append(whole, body);
    packet.resize(1 + wire::size_of<wire::HandshakePacket>, wire::HandshakePacket::kind);
    return {whole, packet};
}

}  // namespace

std::vector<Target> session_targets() {
    return {{"session", session, session_seeds}, {"handshake", handshake, handshake_seeds}};
}

}  // namespace tox::fuzz
