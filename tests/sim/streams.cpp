// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/streams.hpp"

#include <utility>

#include "tests/sim/host.hpp"

namespace tox::sim {
namespace {

constexpr Duration again = 200ms;      // a lost segment is sent again after about that
constexpr unsigned most_tries = 300;   // then the system gives up: a minute
constexpr unsigned most_attempts = 5;  // to open: 1, 2, 4, 8 s between them
constexpr std::size_t most_segment = 4000;

}  // namespace

template <class Call>
void Streams::dispatch(SimNetwork& network, Call call) {
    call();
    network.stream_dispatched();
}

Streams::Link* Streams::find(std::uint64_t link) {
    const auto found = links_.find(link);
    return found == links_.end() ? nullptr : &found->second;
}

// Whether something sent by that end gets to the other one now.
bool Streams::passes(const Link& link, unsigned from) const {
    const SimNetwork* there = link.ends[1 - from].network;
    const SimNetwork* here = link.ends[from].network;
    return !link.cut && there && here && !here->streams_blocked() && !there->streams_blocked() && !there->asleep() &&
           world_.together(*here, *there);
}

std::unique_ptr<Stream> Streams::connect(SimNetwork& from, const StreamAddress& to) {
    const std::uint64_t number = next_++;
    Link& link = links_[number];
    if (const auto* name = std::get_if<HostName>(&to)) {
        if (const auto known = names.find(name->name); known != names.end()) link.ends[1].address = known->second;
        link.ends[1].address.port = name->port;
    } else {
        link.ends[1].address = std::get<Endpoint>(to);
    }
    auto stream = std::make_unique<SimStream>(*this, number, 0);
    link.ends[0].network = &from;
    link.ends[0].stream = stream.get();
    link.ends[0].address = from.outside_address(link.ends[1].address);
    world_.after(world_.one_way(), [this, number] { try_to_open(number, 0); });
    return stream;
}

std::unique_ptr<StreamPort> Streams::listen(SimNetwork& at, std::uint16_t port, StreamAcceptor& acceptor) {
    if (ports_.contains({&at, port})) return nullptr;
    auto opened = std::make_unique<SimStreamPort>(*this, at, port, acceptor);
    ports_[{&at, port}] = opened.get();
    return opened;
}

void Streams::try_to_open(std::uint64_t number, unsigned attempt) {
    Link* link = find(number);
    if (!link || !link->ends[0].stream) return forget(number);
    End& client = link->ends[0];
    End& server = link->ends[1];
    server.network = world_.host_at(server.address);
    if (!passes(*link, 0) || world_.dice().chance(world_.cable.loss)) {
        if (attempt + 1 == most_attempts) return refuse(number);
        world_.after(1s * (1U << attempt), [this, number, attempt] { try_to_open(number, attempt + 1); });
        return;
    }
    const auto port = ports_.find({server.network, server.address.port});
    if (port == ports_.end()) {
        world_.after(world_.one_way(), [this, number] { refuse(number); });
        return;
    }
    link->open = true;
    auto stream = std::make_unique<SimStream>(*this, number, 1);
    server.stream = stream.get();
    const Endpoint from = client.address;
    dispatch(*server.network, [&] { port->second->acceptor_.on_accepted(std::move(stream), from); });
    world_.after(world_.one_way(), [this, number] {
        Link* opened = find(number);
        if (!opened || !opened->ends[0].stream || !opened->ends[0].stream->sink_) return;
        dispatch(*opened->ends[0].network, [&] { opened->ends[0].stream->sink_->on_open(); });
    });
}

void Streams::refuse(std::uint64_t number) {
    Link* link = find(number);
    if (!link) return;
    const End& client = link->ends[0];
    link->ending = true;
    StreamSink* sink = client.stream ? client.stream->sink_ : nullptr;
    if (sink) dispatch(*client.network, [&] { sink->on_closed(StreamEnd::unreachable); });
}

std::size_t Streams::write(std::uint64_t number, unsigned from, ByteView bytes) {
    Link* link = find(number);
    if (!link || !link->open || link->ending) return 0;
    End& end = link->ends[from];
    const std::size_t taken = std::min(bytes.size(), most_in_flight - std::min(end.sent, most_in_flight));
    end.waits_to_write = taken < bytes.size();
    end.sent += taken;
    for (ByteView rest = bytes.first(taken); !rest.empty();) {
        const std::size_t size = std::min<std::size_t>(rest.size(), 1 + world_.dice().below(most_segment));
        const Duration resent = world_.dice().chance(world_.cable.loss) ? again : Duration(0);
        end.last_arrival = std::max(end.last_arrival, world_.now() + world_.one_way() + resent);
        const ByteView piece = rest.first(size);
        end.way.emplace_back(piece.begin(), piece.end());
        world_.at(end.last_arrival, [this, number, from] { deliver(number, from, 0); });
        rest = rest.subspan(size);
    }
    return taken;
}

// There is one such event for each piece; each delivers the oldest one, so that order is kept whatever was delayed.
void Streams::deliver(std::uint64_t number, unsigned from, unsigned tries) {
    Link* link = find(number);
    if (!link || link->ending) return;
    End& sender = link->ends[from];
    const End& receiver = link->ends[1 - from];
    if (!receiver.stream || sender.way.empty()) return;
    if (!passes(*link, from)) {
        if (tries < most_tries) world_.after(again, [this, number, from, tries] { deliver(number, from, tries + 1); });
        return;
    }
    const Bytes bytes = std::move(sender.way.front());
    sender.way.pop_front();
    sender.sent -= bytes.size();
    StreamSink* sink = receiver.stream->sink_;
    if (sink) dispatch(*receiver.network, [&] { sink->on_bytes(bytes); });
    link = find(number);
    if (!link || !link->ends[from].stream || !std::exchange(link->ends[from].waits_to_write, false)) return;
    SimStream* writer = link->ends[from].stream;
    if (writer->sink_) dispatch(*link->ends[from].network, [&] { writer->sink_->on_writable(); });
}

void Streams::close(std::uint64_t number, unsigned end) {
    Link* link = find(number);
    if (!link) return;
    link->ends[end].stream = nullptr;
    if (!link->ends[1 - end].stream) return forget(number);
    const Instant last = std::max(link->ends[end].last_arrival, world_.now() + world_.one_way());
    world_.at(last, [this, number, end] { tell_closed(number, 1 - end, 0); });
}

void Streams::tell_closed(std::uint64_t number, unsigned end, unsigned tries) {
    Link* link = find(number);
    if (!link || link->ending || !link->ends[end].stream) return;
    if (!passes(*link, 1 - end)) {
        if (tries < most_tries)
            world_.after(again, [this, number, end, tries] { tell_closed(number, end, tries + 1); });
        return;
    }
    const End& closed = link->ends[end];
    link->ending = true;
    StreamSink* sink = closed.stream->sink_;
    if (sink) dispatch(*closed.network, [&] { sink->on_closed(StreamEnd::closed); });
}

void Streams::forget(std::uint64_t number) { links_.erase(number); }

void Streams::cut(const SimNetwork& network) {
    for (auto& [number, link] : links_)
        for (const End& end : link.ends)
            if (end.network == &network) link.cut = true;
}

}  // namespace tox::sim
