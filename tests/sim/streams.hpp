// SPDX-License-Identifier: GPL-3.0-or-later
// Streams between simulated hosts: in order, in pieces of any size, delayed, bounded in flight; where nothing gets
// through, silent.
#pragma once

#include <array>
#include <deque>

#include "tests/sim/world.hpp"

namespace tox::sim {

class SimStream;
class SimStreamPort;

class Streams {
  public:
    static constexpr std::size_t most_in_flight = 64 * 1024;

    explicit Streams(World& world) : world_(world) {}

    std::unique_ptr<Stream> connect(SimNetwork& from, const StreamAddress& to);
    std::unique_ptr<StreamPort> listen(SimNetwork& at, std::uint16_t port, StreamAcceptor& acceptor);
    // Its addresses are others from now on: what goes over the old ones gets nowhere any more.
    void cut(const SimNetwork& network);
    // What HostName addresses stand for.
    std::map<std::string, Endpoint> names;

  private:
    friend class SimStream;
    friend class SimStreamPort;

    struct End {
        SimNetwork* network = nullptr;
        SimStream* stream = nullptr;  // nullptr: closed by its owner
        Endpoint address;
        std::deque<Bytes> way;   // what is on the way to the other end, in order
        std::size_t sent = 0;    // bytes of that
        Instant last_arrival{};  // of what this end sent: order is kept
        bool waits_to_write = false;
    };
    struct Link {
        std::array<End, 2> ends;
        bool open = false;
        bool cut = false;
        bool ending = false;
    };
    using Links = std::map<std::uint64_t, Link>;

    Link* find(std::uint64_t link);
    bool passes(const Link& link, unsigned from) const;
    void try_to_open(std::uint64_t link, unsigned attempt);
    void refuse(std::uint64_t link);
    std::size_t write(std::uint64_t link, unsigned end, ByteView bytes);
    void deliver(std::uint64_t link, unsigned from, unsigned tries);
    void close(std::uint64_t link, unsigned end);
    void tell_closed(std::uint64_t link, unsigned end, unsigned tries);
    void forget(std::uint64_t link);
    template <class Call>
    void dispatch(SimNetwork& network, Call call);

    World& world_;
    Links links_;
    std::map<std::pair<const SimNetwork*, std::uint16_t>, SimStreamPort*> ports_;
    std::uint64_t next_ = 1;
};

class SimStream final : public Stream {
  public:
    SimStream(Streams& streams, std::uint64_t link, unsigned end) : streams_(streams), link_(link), end_(end) {}
    ~SimStream() override { streams_.close(link_, end_); }
    void set_sink(StreamSink* sink) override { sink_ = sink; }
    std::size_t write(ByteView bytes) override { return streams_.write(link_, end_, bytes); }

  private:
    friend class Streams;
    Streams& streams_;
    std::uint64_t link_;
    unsigned end_;
    StreamSink* sink_ = nullptr;
};

class SimStreamPort final : public StreamPort {
  public:
    SimStreamPort(Streams& streams, const SimNetwork& network, std::uint16_t port, StreamAcceptor& acceptor)
        : streams_(streams), network_(network), port_(port), acceptor_(acceptor) {}
    ~SimStreamPort() override { streams_.ports_.erase({&network_, port_}); }
    std::uint16_t port() const override { return port_; }

  private:
    friend class Streams;
    Streams& streams_;
    const SimNetwork& network_;
    std::uint16_t port_;
    StreamAcceptor& acceptor_;
};

}  // namespace tox::sim
