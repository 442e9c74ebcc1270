// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/host.hpp"

#include "engine/base/check.hpp"
#include "tests/sim/streams.hpp"

namespace tox::sim {

// ---- time ---------------------------------------------------------------------------------------------------------

WallTime SimLoop::wall() const {
    constexpr auto start =
        std::chrono::sys_days(std::chrono::year{2024} / 5 / 17);  // any day; the world is 1000 h old then
    return start + std::chrono::duration_cast<std::chrono::seconds>(world_.now().time_since_epoch()) + wall_offset_;
}

void SimLoop::wake_at(Instant when) {
    wish_ = when;
    schedule();
}

void SimLoop::schedule() {
    const std::uint64_t wish = ++wish_number_;
    if (wish_ == never) return;
    const Instant due = std::max({wish_ + lag_ + stopped_for_, world_.now(), asleep_until_});
    world_.at(due, [this, wish] { ring(wish); });
}

void SimLoop::ring(std::uint64_t wish) {
    if (wish != wish_number_ || waker_ == nullptr) return;
    wish_ = never;
    ++wakes_;
    waker_->on_wake();
    if (waker_ != nullptr && wish_ <= now()) ++bad_wishes_;
    dispatched();
}

Duration SimLoop::lag() const { return lag_ + std::min(stopped_for_, world_.now() - asleep_since_); }

void SimLoop::suspend(Duration time, bool clock_runs) {
    lag_ = lag();
    asleep_since_ = world_.now();
    asleep_until_ = world_.now() + time;
    stopped_for_ = clock_runs ? Duration(0) : time;
    schedule();
}

// ---- network ------------------------------------------------------------------------------------------------------

void SimNetwork::plug(std::optional<Endpoint> v4, std::optional<Endpoint> v6) {
    unplug();
    v4_ = v4;
    v6_ = v6;
    port_ = v4 ? v4->port : v6 ? v6->port : std::uint16_t{0};
    if (v4_) world_.attach(*v4_, *this);
    if (v6_) world_.attach(*v6_, *this);
}

void SimNetwork::unplug() {
    world_.streams().cut(*this);
    put_down();
}

void SimNetwork::put_down() {
    if (v4_) world_.detach(*v4_);
    if (v6_) world_.detach(*v6_);
    v4_.reset();
    v6_.reset();
    queue_.clear();
}

bool SimNetwork::send(const Endpoint& to, ByteView datagram) {
    constexpr std::size_t most_queued = 4096;  // as a socket buffer is bounded
    if (datagram.size() > max_datagram) {
        ++oversized_;
        return false;
    }
    if (!reaches(to.family) || queue_.size() >= most_queued) return false;
    queue_.push_back({to, Bytes(datagram.begin(), datagram.end())});
    return true;
}

void SimNetwork::flush() {
    std::vector<Outgoing> batch;
    batch.swap(queue_);
    for (const auto& [to, datagram] : batch) {
        if (udp_blocked_ || datagram.size() > widest_) continue;
        if (const auto from = address(to.family)) world_.carry(*this, *from, to, datagram);
    }
}

void SimNetwork::receive(const Endpoint& from, const Bytes& datagram) {
    if (sink_ == nullptr || loop_.suspended() || udp_blocked_ || !udp_) return;
    ++received_;
    sink_->on_datagram(from, datagram);
    if (sink_ != nullptr) sink_->on_batch_end();
    loop_.dispatched();
}

void SimNetwork::send_to_lan(std::uint16_t port, ByteView datagram) {
    if (lan_ != 0 && v4_ && udp_ && !udp_blocked_) world_.call_on_lan(*this, *v4_, port, datagram);
}

std::unique_ptr<Stream> SimNetwork::connect(const StreamAddress& to) { return world_.streams().connect(*this, to); }

std::unique_ptr<StreamPort> SimNetwork::listen(std::uint16_t port, StreamAcceptor& acceptor) {
    return world_.streams().listen(*this, port, acceptor);
}

Endpoint SimNetwork::outside_address(const Endpoint& towards) const {
    const Endpoint inside = address(towards.family).value_or(towards);
    if (!gateway_) return inside;
    return gateway_->leave(inside, towards, world_.now()).value_or(inside);
}

void SimNetwork::stream_dispatched() {
    if (sink_ != nullptr) sink_->on_batch_end();
    loop_.dispatched();
}

Endpoint public_v4(unsigned number, std::uint16_t port) {
    return Endpoint::v4({45, static_cast<Byte>(number >> 8U), static_cast<Byte>(number), 7}, port);
}

Endpoint public_v6(unsigned number, std::uint16_t port) {
    return Endpoint::v6(
        {0x2a, 0x0b, static_cast<Byte>(number >> 8U), static_cast<Byte>(number), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7},
        port);
}

// ---- disk ---------------------------------------------------------------------------------------------------------

Storage::Read SimDisk::read(const std::string& name, Bytes& out) {
    const auto file = files_.find(name);
    if (file == files_.end()) return Read::absent;
    out = file->second;
    return Read::good;
}

bool SimDisk::replace(const std::string& name, ByteView content) {
    if (!writable()) return false;
    ++writes_;
    files_[name].assign(content.begin(), content.end());
    return true;
}

bool SimDisk::append(const std::string& name, ByteView content) {
    if (!writable()) {
        interrupted_ = name;
        interrupted_tail_.assign(content.begin(), content.end());
        return false;
    }
    ++writes_;
    tox::append(files_[name], content);
    return true;
}

bool SimDisk::remove(const std::string& name) {
    if (!writable()) return false;
    files_.erase(name);
    return true;
}

void SimDisk::thaw(Dice& dice, double torn_append) {
    if (frozen_ && !interrupted_tail_.empty() && dice.chance(torn_append)) {
        const auto part = ByteView(interrupted_tail_).first(dice.below(interrupted_tail_.size()));
        tox::append(files_[interrupted_], part);
    }
    interrupted_tail_.clear();
    frozen_ = false;
}

std::size_t SimDisk::bytes() const {
    std::size_t sum = 0;
    for (const auto& [name, content] : files_) sum += content.size();
    return sum;
}

}  // namespace tox::sim
