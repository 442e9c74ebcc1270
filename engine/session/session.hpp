// SPDX-License-Identifier: GPL-3.0-or-later
// One encrypted session with a contact (spec: Net crypto, data packets): lossless packets in order, lossy ones as they
// come, resends, congestion control. Where its datagrams travel is not its business.
#pragma once

#include <memory>

#include "engine/base/time.hpp"
#include "engine/crypto/keys.hpp"

namespace tox {

class ReorderMemory;

// Takes finished datagrams (0x1b). False: not now (no route, buffer full); the session goes on as if the packet were
// lost.
class SessionOutput {
  public:
    virtual bool send_session_packet(ByteView datagram) = 0;
    // The same by every way that may carry it: the usual one does not seem to carry what is so large.
    virtual bool send_large_session_packet(ByteView datagram) { return send_session_packet(datagram); }

  protected:
    ~SessionOutput() = default;
};

class SessionListener {
  public:
    // In order and exactly once: kind (16..191) and content.
    virtual void on_lossless(ByteView packet) = 0;
    // As it comes: kind (192..254) and content.
    virtual void on_lossy(ByteView packet) = 0;
    virtual void on_kill() = 0;  // the other side ended the session

  protected:
    ~SessionListener() = default;
};

class Session {
  public:
    // Own ephemeral key and base nonce are made here and stay for the session's life; an unchanged peer that gets our
    // handshake again sees the same ones.
    explicit Session(Instant now, ReorderMemory* account = nullptr);  // the memory outlives the session
    ~Session();

    const SessionKey& own_key() const;
    const Nonce& own_base_nonce() const;

    // The other side's handshake is known. Again with the same key and nonce changes nothing; others replace the old
    // ones as long as nothing is confirmed (trap T11); after that: false.
    bool accept(const SessionKey& theirs, const Nonce& their_base_nonce, Instant now);
    bool accepted() const;
    bool is_peer(const SessionKey& key) const;  // accepted with this key
    bool confirmed() const;                     // a data packet of theirs has been opened

    // One 0x1b. False: not genuine, a replay, or malformed; nothing has changed then. The listener may call send_*
    // meanwhile, but must not destroy the session.
    bool receive(ByteView datagram, Instant now, SessionListener& listener);

    // Kind byte first; at most max_payload bytes. The packet's number among these, for delivered(); nothing while not
    // accepted, or while as much waits to be sent as the next round trip may take: acknowledgements make room.
    std::optional<std::uint32_t> send_lossless(ByteView packet, Instant now);
    // The same, and in front of all that waits: signs of life. False: not accepted, or many of them are under way.
    bool send_vital(ByteView packet, Instant now);
    bool send_lossy(ByteView packet, Instant now);    // kind byte first; goes out in the next tick
    static constexpr std::size_t max_payload = 1373;  // kind byte included (spec: MAX_CRYPTO_DATA_SIZE)
    // A packet that no way seems to carry, though the peer hears smaller ones: nothing behind it arrives either.
    struct Swallowed {
        std::size_t size;
        Instant hopeless_at;  // unless it arrives before
    };
    std::optional<Swallowed> swallowed() const;
    std::size_t send_room() const;  // lossless packets it takes now

    // The first number that send_lossless() gave and that is not acknowledged; all before it (in serial order) have
    // arrived.
    std::uint32_t first_unacknowledged() const;
    // It and all before it have arrived: the other side's program has it. Later ones may have arrived out of order.
    bool delivered(std::uint32_t number) const;

    // Goodbye, with the newest acknowledgement: nothing is sent or taken afterwards, but until the owner drops the
    // session what the other side says of ours still counts. Also the answer to theirs.
    void send_kill(SessionOutput& out);

    // A request packet, as a question and a sign of life on one certain way.
    void send_probe(Instant now, SessionOutput& out);
    // After a long silence: what is in flight counts as lost, and how fast the network is will be learnt anew.
    void start_over(Instant now);
    bool unanswered() const;  // what is in flight should have been acknowledged by now, and is not
    // Lately the usual way has swallowed large packets, while it carries small ones: others are needed.
    bool narrow(Instant now) const;
    void way_changed();  // what was learnt of the usual way is of no use any more

    std::optional<Duration> round_trip() const;
    Instant last_heard() const;  // last genuine packet

    // Sends what is due: first sends as the congestion window allows, resends, acknowledgements (request packets),
    // probes.
    void tick(Instant now, SessionOutput& out);
    Instant next_deadline(Instant now) const;

  private:
    struct Body;
    std::unique_ptr<Body> body_;
};

}  // namespace tox
