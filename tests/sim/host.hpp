// SPDX-License-Identifier: GPL-3.0-or-later
// One simulated computer: its clock, its network interface, its disk. What runs on it is not its business.
#pragma once

#include "engine/host/loop.hpp"
#include "engine/host/storage.hpp"
#include "tests/sim/world.hpp"

namespace tox::sim {

class SimLoop final : public Loop {
  public:
    explicit SimLoop(World& world) : world_(world) {}

    Instant now() const override { return world_.now() - lag(); }
    WallTime wall() const override;
    void set_waker(Waker* waker) override { waker_ = waker; }
    void wake_at(Instant when) override;

    void jump_wall(std::chrono::seconds by) { wall_offset_ += by; }
    // Nothing happens on this host for `time`. Whether its monotonic clock went on meanwhile differs between systems.
    void suspend(Duration time, bool clock_runs);
    bool suspended() const { return world_.now() < asleep_until_; }
    // Called after everything the host's program was told: the place for checks of what must always hold.
    void after_dispatch(std::function<void()> check) { check_ = std::move(check); }
    void dispatched() const {
        if (check_) check_();
    }

    std::uint64_t wakes() const { return wakes_; }
    // Wishes that were not in the future when a wake ended: a part whose tick() leaves its deadline in the past.
    std::uint64_t bad_wishes() const { return bad_wishes_; }

  private:
    void schedule();
    void ring(std::uint64_t wish);
    Duration lag() const;  // of this host's clock behind the world's

    World& world_;
    Waker* waker_ = nullptr;
    Instant wish_ = never;
    std::uint64_t wish_number_ = 0;
    Duration lag_{0};  // from earlier sleeps
    Instant asleep_since_{};
    Duration stopped_for_{0};  // how long the clock stands still in the present or last sleep
    std::chrono::seconds wall_offset_{0};
    Instant asleep_until_{};
    std::function<void()> check_;
    std::uint64_t wakes_ = 0;
    std::uint64_t bad_wishes_ = 0;
};

class SimNetwork final : public Network {
  public:
    SimNetwork(World& world, SimLoop& loop) : world_(world), loop_(loop) {}
    ~SimNetwork() override { unplug(); }
    SimNetwork(const SimNetwork&) = delete;
    SimNetwork& operator=(const SimNetwork&) = delete;

    void set_sink(NetworkSink* sink) override { sink_ = sink; }
    bool send(const Endpoint& to, ByteView datagram) override;
    void flush() override;
    void wait(Duration at_most, const std::function<bool()>& done) override {
        if (v4_ || v6_) world_.run_until(done, at_most);
    }
    void send_to_lan(std::uint16_t port, ByteView datagram) override;
    bool reaches(Endpoint::Family family) const override { return udp_ && address(family).has_value(); }
    std::optional<Endpoint> source_towards(const Endpoint& to) const override { return address(to.family); }
    std::unique_ptr<Stream> connect(const StreamAddress& to) override;
    std::unique_ptr<StreamPort> listen(std::uint16_t port, StreamAcceptor& acceptor) override;
    std::uint16_t port() const override { return port_; }

    // Takes these addresses (those it had before are gone) and one port for both.
    void plug(std::optional<Endpoint> v4, std::optional<Endpoint> v6);
    void unplug();
    void put_down();  // as when the program ends: nothing is sent or heard, but what was written to streams arrives
    // As the user switches it off, or the system has none. Before the engine is started.
    void switch_udp(bool on) { udp_ = on; }
    // As a firewall does: nothing comes or goes, and nobody is told.
    void block_udp(bool blocked) { udp_blocked_ = blocked; }
    // Share of the datagrams that its own line loses, each way; what others' lines lose comes on top.
    void lose(double share) { line_loss_ = share; }
    double line_loss() const { return line_loss_; }
    // As a narrow path does whose routers are not heard: what is larger gets nowhere.
    void swallow_above(std::size_t size) { widest_ = size; }
    void block_streams(bool blocked) { streams_blocked_ = blocked; }
    bool streams_blocked() const { return streams_blocked_; }
    void join_lan(int lan) { lan_ = lan; }  // 0: none
    int lan() const { return lan_; }
    bool asleep() const { return loop_.suspended(); }
    Endpoint outside_address(const Endpoint& towards) const;  // of a stream, behind any gateway
    void stream_dispatched();
    void set_gateway(Gateway* gateway) { gateway_ = gateway; }
    Gateway* gateway() const { return gateway_; }
    void receive(const Endpoint& from, const Bytes& datagram);

    std::optional<Endpoint> address(Endpoint::Family family) const {
        return family == Endpoint::Family::v4 ? v4_ : v6_;
    }
    std::uint64_t received() const { return received_; }
    std::uint64_t oversized() const { return oversized_; }

  private:
    struct Outgoing {
        Endpoint to;
        Bytes datagram;
    };

    World& world_;
    SimLoop& loop_;
    NetworkSink* sink_ = nullptr;
    Gateway* gateway_ = nullptr;
    std::optional<Endpoint> v4_;
    std::optional<Endpoint> v6_;
    std::uint16_t port_ = 0;
    std::vector<Outgoing> queue_;
    bool udp_ = true;
    bool udp_blocked_ = false;
    std::size_t widest_ = max_datagram;
    bool streams_blocked_ = false;
    double line_loss_ = 0;
    int lan_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t oversized_ = 0;
};

// Files that survive the program but not their own torn writes: what replace() and append() returned true for is there
// after a crash. While frozen nothing is written any more, as after a power cut.
class SimDisk final : public Storage {
  public:
    Read read(const std::string& name, Bytes& out) override;
    bool replace(const std::string& name, ByteView content) override;
    bool append(const std::string& name, ByteView content) override;
    bool remove(const std::string& name) override;
    std::string error() const override { return "simulated: the disk is gone"; }

    void freeze() { frozen_ = true; }
    // Back after the power cut; a write that was under way may have left a torn tail behind an append.
    void thaw(Dice& dice, double torn_append);
    void fill_up(bool full) { full_ = full; }
    void lose(const std::string& name) { files_.erase(name); }
    std::size_t bytes() const;
    std::uint64_t writes() const { return writes_; }
    const std::map<std::string, Bytes>& files() const { return files_; }

  private:
    bool writable() const { return !frozen_ && !full_; }

    std::map<std::string, Bytes> files_;
    std::string interrupted_;  // file whose append the freeze cut
    Bytes interrupted_tail_;
    bool frozen_ = false;
    bool full_ = false;
    std::uint64_t writes_ = 0;
};

// Public addresses in a network of its own for each number, so that "distinct networks" rules have something to see.
Endpoint public_v4(unsigned number, std::uint16_t port);
Endpoint public_v6(unsigned number, std::uint16_t port);

}  // namespace tox::sim
