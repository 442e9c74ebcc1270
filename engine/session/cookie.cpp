// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/session/handshake.hpp"

#include "engine/base/check.hpp"

namespace tox {

namespace {

std::uint64_t stamp(Instant at) { return static_cast<std::uint64_t>(at.time_since_epoch().count()); }

bool alive(std::uint64_t made_at, Instant now) {
    const Instant made{Duration(static_cast<Duration::rep>(made_at))};
    return made <= now && now - made <= CookieMaker::lifetime;
}

}  // namespace

CookieMaker::CookieMaker() : key_(random_symmetric_key()), previous_(random_symmetric_key()) {}

wire::Cookie CookieMaker::make(const CookieOwner& owner, Instant now) const {
    const wire::CookieContent content{stamp(now), owner.long_term, owner.dht};
    const Nonce nonce = Nonce::random();
    const Bytes bytes =
        wire::serialise(wire::SealedCookie{nonce, wire::Sealed<wire::CookieContent>::of(key_, nonce, content)});
    return *wire::parse<wire::Cookie>(bytes);
}

std::optional<CookieOwner> CookieMaker::open(const wire::Cookie& cookie, Instant now) const {
    const auto sealed_cookie = wire::parse<wire::SealedCookie>(cookie.bytes);
    if (!sealed_cookie) return std::nullopt;
    auto content = sealed_cookie->content.open(key_, sealed_cookie->nonce);
    if (!content) content = sealed_cookie->content.open(previous_, sealed_cookie->nonce);
    if (!content || !alive(content->made_at, now)) return std::nullopt;
    return CookieOwner{content->long_term, content->dht};
}

// The key before stays: the time inside its cookies ends them.
void CookieMaker::renew_key(Instant now) {
    if (!renewed_) renewed_ = now;
    if (now - *renewed_ < key_lifetime) return;
    previous_ = std::move(key_);
    key_ = random_symmetric_key();
    renewed_ = now;
}

std::optional<CookieQuestion> open_cookie_request(const wire::CookieRequest& request, const SessionIdentity& self,
                                                  KeyCache& dht_keys) {
    const SharedKey* key = request.sender == self.dht.public_key ? nullptr : dht_keys.with(request.sender);
    if (key == nullptr) return std::nullopt;
    const auto asked = request.body.open(*key, request.nonce);
    if (!asked || asked->sender == self.long_term.public_key) return std::nullopt;
    return CookieQuestion{{asked->sender, request.sender}, asked->echo};
}

Bytes CookieMaker::answer(const CookieQuestion& question, KeyCache& dht_keys, Instant now) {
    const SharedKey* key = dht_keys.with(question.asker.dht);
    TOX_CHECK_OR(key != nullptr, {});
    renew_key(now);
    const wire::CookieResponseBody body{make(question.asker, now), question.echo};
    const Nonce nonce = Nonce::random();
    return wire::serialise(wire::CookieResponse{nonce, wire::Sealed<wire::CookieResponseBody>::of(*key, nonce, body)});
}

Bytes make_cookie_request(const SessionIdentity& self, const DhtKey& to, KeyCache& dht_keys, std::uint64_t echo) {
    const SharedKey* key = dht_keys.with(to);
    if (key == nullptr) return {};
    const wire::CookieRequestBody body{self.long_term.public_key, {}, echo};
    const Nonce nonce = Nonce::random();
    return wire::serialise(
        wire::CookieRequest{self.dht.public_key, nonce, wire::Sealed<wire::CookieRequestBody>::of(*key, nonce, body)});
}

std::optional<wire::Cookie> open_cookie_response(ByteView datagram, const DhtKey& from, KeyCache& dht_keys,
                                                 std::uint64_t echo) {
    const auto response = wire::parse<wire::CookieResponse>(datagram);
    const SharedKey* key = response ? dht_keys.with(from) : nullptr;
    if (key == nullptr) return std::nullopt;
    const auto body = response->body.open(*key, response->nonce);
    if (!body || body->echo != echo) return std::nullopt;
    return body->cookie;
}

}  // namespace tox
