// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/return_sealer.hpp"

namespace tox {

Bytes ReturnSealer::seal(const Endpoint& back, ByteView before, Instant now) {
    rotate(now);
    const wire::ReturnBody body{{back}, {Bytes(before.begin(), before.end())}};
    const Nonce nonce = Nonce::random();
    return wire::serialise(wire::ReturnData{nonce, wire::Sealed<wire::ReturnBody>::of(current_, nonce, body)});
}

std::optional<wire::ReturnBody> ReturnSealer::open(ByteView data, Instant now) {
    rotate(now);
    const auto sealed = wire::parse<wire::ReturnData>(data);
    if (!sealed) return std::nullopt;
    if (auto body = sealed->body.open(current_, sealed->nonce)) return body;
    if (!fresh(previous_, now)) return std::nullopt;
    return sealed->body.open(previous_->value, sealed->nonce);
}

void ReturnSealer::rotate(Instant now) {
    if (!born_) born_ = now;
    if (now >= *born_ + lifetime) {
        previous_ = Known<SharedKey>{std::move(current_), now + grace};
        current_ = random_symmetric_key();
        born_ = now;
    }
    if (previous_ && now >= previous_->until) previous_.reset();
}

}  // namespace tox
