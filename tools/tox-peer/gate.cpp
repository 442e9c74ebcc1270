// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/tox-peer/gate.hpp"

#include "tools/tox-peer/output.hpp"

namespace tox_peer {

Gate::Gate(tox::Loop& loop, tox::Network& network, AfterTurn after_turn)
    : loop_(loop), network_(network), after_turn_(std::move(after_turn)) {
    loop_.set_waker(this);
}

Gate::~Gate() {
    loop_.set_waker(nullptr);
    network_.set_sink(nullptr);
}

void Gate::hold() {
    if (held()) return;
    held_at_ = now();
    forward_wish();
    network_.set_sink(nullptr);
}

void Gate::run() {
    if (!held()) return;
    skipped_ = loop_.now() - *held_at_;
    held_at_.reset();
    forward_wish();
    for (const Parcel& parcel : parked_) network_.send(parcel.to, parcel.datagram);
    parked_.clear();
    network_.flush();
    if (sink_) network_.set_sink(this);
}

tox::Instant Gate::now() const { return held_at_.value_or(loop_.now() - skipped_); }

void Gate::wake_at(tox::Instant when) {
    wish_ = when;
    forward_wish();
}

void Gate::forward_wish() { loop_.wake_at(held() || wish_ == tox::never ? tox::never : wish_ + skipped_); }

void Gate::set_sink(tox::NetworkSink* sink) {
    sink_ = sink;
    network_.set_sink(sink_ && !held() ? this : nullptr);
}

bool Gate::send(const tox::Endpoint& to, tox::ByteView datagram) {
    if (!held()) return network_.send(to, datagram);
    if (!network_.reaches(to.family) || parked_.size() >= max_parked) return false;
    parked_.push_back({to, {datagram.begin(), datagram.end()}});
    return true;
}

void Gate::flush() {
    if (!held()) network_.flush();
}

void Gate::on_wake() {
    const tox::Instant began = clock_now();
    if (waker_) waker_->on_wake();
    after_turn_(clock_now() - began);
}

void Gate::on_datagram(const tox::Endpoint& from, tox::ByteView datagram) {
    if (!batch_began_) batch_began_ = clock_now();
    if (sink_) sink_->on_datagram(from, datagram);
}

void Gate::on_batch_end() {
    if (sink_) sink_->on_batch_end();
    const tox::Instant now = clock_now();
    after_turn_(now - std::exchange(batch_began_, std::nullopt).value_or(now));
}

}  // namespace tox_peer
