// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/tox-peer/flood.hpp"

#include "tools/tox-peer/workload_text.hpp"

namespace tox_peer {
namespace {

constexpr unsigned burst = 256;                             // messages between two looks at the socket
constexpr tox::Byte lossless_kind = 160, lossy_kind = 200;  // driver protocol 1, workloads

}  // namespace

void Flood::start(const Plan& plan) {
    *this = {};
    plan_ = plan;
    active_ = true;
    began_ = clock_now();
}

bool Flood::may_send() const {
    if (sent_ >= plan_.count) return false;
    return plan_.kind != Kind::message || plan_.window == 0 || sent_ - acknowledged_ < plan_.window;
}

tox::Instant Flood::next() const {
    if (!active_) return tox::never;
    const bool at_once = (may_send() && !refused_last_) || acknowledged_ >= plan_.count;
    return at_once ? clock_now() : began_ + plan_.limit;
}

bool Flood::send_one(tox::Engine& engine) {
    const tox::LongTermKey& key = plan_.target.key;
    if (plan_.kind == Kind::message) {
        const auto id = engine.send_message(key, tox::MessageKind::text, workload_text('F', sent_, plan_.size));
        if (id && sent_ == 0) first_id_ = *id;
        return id.has_value();
    }
    const tox::Byte kind = plan_.kind == Kind::lossless ? lossless_kind : lossy_kind;
    return engine.send_custom(key, workload_packet(kind, sent_, plan_.size)).has_value();
}

void Flood::send_burst(tox::Engine& engine) {
    const bool there = online(engine, plan_.target.key);
    refused_last_ = false;
    for (unsigned i = 0; i < burst && may_send() && !refused_last_; ++i) {
        refused_last_ = !there || !send_one(engine);
        if (refused_last_)
            ++refused_;
        else
            ++sent_;
    }
    if (plan_.kind != Kind::message) acknowledged_ = sent_;
    if (sent_ >= plan_.count && all_sent_ == tox::Instant{}) all_sent_ = clock_now();
}

std::optional<Fields> Flood::pump(tox::Engine& engine) {
    if (!active_) return std::nullopt;
    send_burst(engine);
    const tox::Instant now = clock_now();
    if (acknowledged_ < plan_.count && now < began_ + plan_.limit) return std::nullopt;
    return finish(now);
}

Fields Flood::finish(tox::Instant now) {
    active_ = false;
    const tox::Instant all_sent = all_sent_ == tox::Instant{} ? now : all_sent_;
    return Fields()
        .number("friend", plan_.target.number)
        .number("n", plan_.count)
        .number("sent", sent_)
        .number("acked", acknowledged_)
        .number("refused", refused_)
        .number("us", (now - began_).count())
        .number("sent_us", (all_sent - began_).count());
}

bool Flood::take_receipt(FriendNumber from, tox::MessageId id) {
    if (!active_ || plan_.kind != Kind::message || from != plan_.target.number) return false;
    if (first_id_ == 0 || id < first_id_) return false;
    ++acknowledged_;
    return true;
}

}  // namespace tox_peer
