// SPDX-License-Identifier: GPL-3.0-or-later
// One connection to a relay as its client (spec: TCP client): links to peers, packets out of band, onion requests, and
// whether the relay still answers. Which relays there are to be is the pool's business.
#pragma once

#include <map>

#include "engine/base/time.hpp"
#include "engine/base/token_bucket.hpp"
#include "engine/host/loop.hpp"
#include "engine/relay/secure_stream.hpp"

namespace tox {

class RelayConnection;

class RelayConnectionListener {  // none of these may destroy the connection within the call
  public:
    virtual void on_relay_ready(RelayConnection& relay) = 0;
    virtual void on_link(RelayConnection& relay, const DhtKey& peer, bool open) = 0;
    virtual void on_peer_packet(RelayConnection& relay, const DhtKey& peer, ByteView packet) = 0;
    virtual void on_onion_response(RelayConnection& relay, ByteView response) = 0;
    virtual void on_relay_gone(RelayConnection& relay) = 0;  // once, last; links are not reported closed one by one

  protected:
    ~RelayConnectionListener() = default;
};

class RelayConnection final : private SecureStreamListener {
  public:
    static constexpr Duration connect_patience = 10s;  // R8; stream, proxy and hello together (notes 3.2)
    static constexpr Duration ping_interval = 30s;     // notes 3.2
    static constexpr Duration pong_patience = 10s;
    static constexpr Duration doubt_patience = 2s;  // after the network has changed
    // A c-toxcore relay that found much unread may sleep until something more arrives: a ping is that (performance
    // notes, hazard 1), and tells early whether the relay is still there.
    static constexpr Duration silence_before_ping = 1s;
    static constexpr Duration refusal_pause = 60s;      // a peer it refused us is asked for again (B98)
    static constexpr Duration least_between_asks = 1s;  // of one peer, when the relay closes links over and over
    static constexpr std::size_t most_links = wire::slots;
    // A c-toxcore relay that finds 64 KiB may stop reading for good (hazard 1; seen with 0.2.18 whenever we paused with
    // more unread). So what it may not have read stays below, and its pongs, asked for after each
    // `bytes_between_pings`, tell how far it has come: 48 KiB per round trip, about 0.6 MB/s where it looks only every
    // 50 ms.
    static constexpr std::size_t most_unread = 48 * 1024 - wire::most_frame_on_wire;
    static constexpr std::size_t bytes_between_pings = 16 * 1024;
    // Signs of life, acknowledgements and goodbyes are so small; they pass while bulk has to wait.
    static constexpr std::size_t most_small = 64;
    static constexpr std::size_t unread_small = 4 * 1024;

    struct Owner {  // all outlive the connection
        const DhtKeyPair& self;
        const Loop& loop;
        RelayConnectionListener& listener;
    };
    RelayConnection(std::unique_ptr<Stream> stream, const DhtKey& relay, const Owner& owner);

    const DhtKey& key() const { return secure_.peer(); }
    bool ready() const { return ready_ && !gone(); }  // it has answered our hello
    bool gone() const { return gone_ || secure_.ended(); }
    bool doubted() const { return doubted_; }  // since doubt(), until it answers
    StreamEnd end() const { return end_; }
    Instant since() const { return since_; }                            // when we began to connect
    std::optional<Duration> round_trip() const { return round_trip_; }  // of the last ping with nothing in front of it

    // Links. Asked for at once, or when the relay is ready; again by ourselves when the relay closes or refuses one.
    void ask_for(const DhtKey& peer);
    void release(const DhtKey& peer);
    bool linked(const DhtKey& peer) const;
    std::vector<DhtKey> open_links() const;

    // False: not now, or it does not fit.
    bool send(const DhtKey& peer, ByteView packet);  // on the link; else out of band
    bool send_onion(ByteView request);
    void flush() { secure_.flush(); }

    void doubt(Instant now);  // it must answer within doubt_patience

    void tick(Instant now);
    Instant next_deadline() const;

  private:
    // One change of a slot at a time: a second request, or giving back a slot twice, could hit a slot that is somebody
    // else's by then, and the relay would cut the connection (traps T33, T38).
    struct Link {
        bool wanted = true;
        bool asking = false;       // a request is unanswered: nothing else is said about this peer
        bool open = false;         // both have asked
        std::optional<Byte> slot;  // ours, at this relay (trap T34)
        Instant asked{};
    };
    using Links = std::map<DhtKey, Link>;

    void on_secured() override;
    void on_frame(ByteView frame) override;
    void on_ended(StreamEnd end) override;

    template <class Packet>
    void take(ByteView frame);
    void handle(const wire::RoutingResponse& response);
    void handle(const wire::ConnectNotification& notification);
    void handle(const wire::DisconnectNotification& notification);
    void handle(const wire::RelayPing& question);
    void handle(const wire::RelayPong& answer);
    void handle(const wire::OutOfBandReceived& packet);
    void handle(const wire::OnionResponseFrame& packet);
    void take_data(const wire::LinkData& packet);

    void request(Links::value_type& link);
    void refused(Links::iterator link);
    void granted(Links::iterator link, Byte slot);
    void drop(Links::iterator link);
    void set_open(Byte slot, bool open);
    void ask_refused_again(Instant now);
    Links::value_type*& at(Byte slot) { return by_slot_[slot - std::size_t{wire::first_slot}]; }

    bool send_data(ByteView frame, bool small);
    void ping(Instant now, Duration patience);
    void die(StreamEnd end);

    SecureStream secure_;
    const DhtKey& self_;
    RelayConnectionListener& listener_;
    const Loop& loop_;
    Instant since_;
    bool ready_ = false;
    bool gone_ = false;
    bool doubted_ = false;
    StreamEnd end_ = StreamEnd::closed;
    Links links_;
    std::array<Links::value_type*, wire::slots> by_slot_{};
    Instant ask_again_ = never;    // the first refused one
    Bytes frame_;                  // scratch
    std::size_t unread_ = 0;       // bytes of data that the relay may not have read
    std::size_t asked_of_ = 0;     // of them, in front of the ping that is out
    TokenBucket answers_{10, 10};  // pongs (B100)
    std::uint64_t ping_id_ = 0;    // 0: none is out
    Instant ping_sent_{};
    Instant next_ping_ = never;
    Instant patience_ends_;
    Instant nudge_at_ = never;  // we have sent data and heard nothing since
    std::optional<Duration> round_trip_;
};

}  // namespace tox
