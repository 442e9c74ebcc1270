// SPDX-License-Identifier: GPL-3.0-or-later
// The lossless packets that the other side has not acknowledged: those not sent yet, on their way, and lost. When to
// send is not its business.
#pragma once

#include "engine/session/number_ring.hpp"
#include "engine/session/round_trip.hpp"

namespace tox {

class SendBuffer {
  public:
    // 2.8 MB of full packets (notes 3.6); also what a receiver with our own reorder bound never has to drop.
    static constexpr std::uint32_t capacity = 2048;
    static constexpr std::uint32_t vital_share = 16;  // of it: two minutes of signs of life

    struct Outcome {  // of one received packet, for round-trip time and congestion control
        std::uint32_t delivered = 0;
        std::uint32_t lost = 0;
        std::optional<Duration> round_trip;  // of the newest delivered packet, where it arrived just now
        std::optional<Duration> at_most;     // the same, where it may have waited before we were told
        std::size_t passed = 0;              // the largest that arrived at its first sending, by the usual way alone
        std::size_t rescued = 0;             // the smallest that arrived only after it was sent again by all ways
    };

    explicit SendBuffer(std::uint32_t first = 0)
        : start_(first), sent_end_(first), end_(first), pushed_(first), arrived_(first), lost_hint_(first) {}

    // What may wait its turn. Its place among all such packets, for arrived(); nothing if full.
    std::optional<std::uint32_t> push(ByteView packet);
    // What keeps the session alive: goes before all that was not sent yet, and finds room where push() does not.
    bool push_vital(ByteView packet);
    bool vital_waits() const { return anything_new() && slots_.at(sent_end_).vital; }
    std::size_t room() const;  // for push()
    std::size_t unsent() const { return end_ - sent_end_; }
    std::uint32_t arrived() const { return arrived_; }    // the first of those push() took that is not acknowledged
    std::uint32_t start() const { return start_; }        // the first not acknowledged, by its number on the wire
    std::uint32_t sent_end() const { return sent_end_; }  // the first never sent: the end the peer may know of
    bool acknowledged(std::uint32_t number) const;
    bool empty() const { return start_ == end_; }

    // What the peer says. An acknowledgement before start() is stale and changes nothing; one beyond sent_end() is a
    // lie: may_acknowledge() is false and the packet must be dropped (trap T4).
    bool may_acknowledge(std::uint32_t next_wanted) const { return ahead(next_wanted, sent_end_) <= 0; }
    void acknowledge_before(std::uint32_t next_wanted, Instant now, Outcome& outcome);
    // The list of a request packet, relative to the acknowledgement in the same packet. A listed packet counts as lost
    // only if its last sending is long enough ago (R30: a lie costs at most one resend per round trip).
    struct Request {
        std::uint32_t next_wanted;
        ByteView list;
        RoundTrip::Guards guards;
    };
    void take_request(const Request& request, Instant now, Outcome& outcome);

    // What to send next: lost ones first, then new ones.
    std::optional<std::uint32_t> next_to_send() const;
    bool anything_to_send() const { return lost_ > 0 || sent_end_ != end_; }
    bool anything_new() const { return sent_end_ != end_; }
    ByteView packet(std::uint32_t number) const { return slots_.at(number).packet; }
    void sent(std::uint32_t number, Instant now);
    unsigned times_sent(std::uint32_t number) const { return slots_.at(number).times_sent; }
    void went_by_all_ways(std::uint32_t number) { slots_.at(number).by_all_ways = true; }
    std::uint32_t in_flight() const { return in_flight_; }
    // How often the peer, which hears of it, has missed the first packet not acknowledged; of the last sending each.
    struct Missed {
        unsigned times = 0;
        Instant since{};
    };
    const Missed& missed() const { return missed_; }
    std::optional<std::uint32_t> oldest_in_flight() const;
    void give_up_in_flight();  // all of them are lost

    void release_memory() { slots_.release(); }  // only while empty()

  private:
    enum class State : Byte { unsent, in_flight, lost, delivered };
    struct Slot {
        Bytes packet;
        Instant sent_at{};
        State state = State::unsent;
        bool resent = false;
        bool reported = false;  // as missing
        bool vital = false;
        bool by_all_ways = false;
        Byte times_sent = 0;  // at most 255
    };
    // Measures only with packets sent once (Karn), and only if nothing says that they waited for others at the peer:
    // an acknowledgement that jumps over a filled hole, or a list that ends at a hole known before, is old news.
    struct Sample {
        std::optional<Duration> newest;
        bool old_news = false;
    };

    void put(std::uint32_t number, ByteView packet, bool vital);
    void deliver(std::uint32_t number, Instant now, Sample& sample);
    void note_size(const Slot& slot);
    void lose(std::uint32_t number, const Request& request, Instant now);
    void conclude(const Sample& sample, Outcome& outcome);

    NumberRing<Slot, capacity> slots_;
    std::uint32_t start_;
    std::uint32_t sent_end_;
    std::uint32_t end_;
    std::uint32_t pushed_;  // by push(): the vital ones have no place there
    std::uint32_t arrived_;
    mutable std::uint32_t lost_hint_;  // no lost packet before it
    std::uint32_t in_flight_ = 0;
    std::uint32_t delivered_ = 0;  // since the last Outcome
    std::uint32_t newly_lost_ = 0;
    std::uint32_t lost_ = 0;
    Missed missed_;
    std::size_t passed_ = 0;  // since the last Outcome
    std::size_t rescued_ = 0;
};

}  // namespace tox
