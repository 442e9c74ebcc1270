// SPDX-License-Identifier: GPL-3.0-or-later
// The encrypted stream between a client and a relay (spec: TCP client, handshake and frames), for both ends of it:
// hellos, frames in any fragmentation, and a short queue. Knows nothing of what is in the frames, nor of time.
#pragma once

#include "engine/host/network.hpp"
#include "engine/wire/relay.hpp"

namespace tox {

class SecureStreamListener {
  public:
    virtual void on_secured() = 0;              // once: both hellos are exchanged
    virtual void on_frame(ByteView frame) = 0;  // not empty; valid during the call
    virtual void on_queued() {}                 // the first frame waits for flush()
    // Last, once, and not from within a call of yours: ended by the other side, or for its fault. The stream may be
    // destroyed here.
    virtual void on_ended(StreamEnd end) = 0;

  protected:
    ~SecureStreamListener() = default;
};

class SecureStream final : private StreamSink {
  public:
    static constexpr std::size_t most_waiting = 16 * 1024;  // control frames; who reads nothing for so long has stopped
    static constexpr std::size_t batch = 16 * 1024;         // handed to the system at once (notes 9.3)
    // A c-toxcore relay stops reading when it finds 64 KiB: together they stay far below (performance notes, hazard 1).
    static_assert(batch + most_waiting + 2 * wire::most_frame_on_wire < 48 * 1024);

    // `self`, and the listener, outlive this. As a client, towards the relay with that key:
    SecureStream(std::unique_ptr<Stream> stream, const DhtKeyPair& self, const DhtKey& relay,
                 SecureStreamListener& listener);
    // As a relay: whoever it is says so in its hello.
    SecureStream(std::unique_ptr<Stream> stream, const DhtKeyPair& self, SecureStreamListener& listener);
    ~SecureStream();  // not from within on_frame() or on_secured()
    SecureStream(const SecureStream&) = delete;
    SecureStream& operator=(const SecureStream&) = delete;

    bool secured() const { return secured_; }
    bool ended() const { return ended_; }
    const DhtKey& peer() const { return peer_; }  // once it is secured; a client's is known from the start

    // A frame of at most wire::most_frame bytes. False: not now, what was sent before still waits; nothing is kept.
    bool send(ByteView frame);
    // A small frame that must not stand behind bulk: also while what was sent before waits, unless much of this kind
    // does.
    bool send_soon(ByteView frame);
    // A control frame (routing, notification, ping, pong): waits if it must, in front of all that send() takes later;
    // at most `batch` and one frame stand before it. When too many wait the stream has ended; only ended() may say so.
    void send_control(ByteView frame);
    void flush();  // hands on what send() and send_control() have gathered

    std::size_t memory() const { return incoming_.capacity() + outgoing_.capacity(); }

  private:
    void on_open() override;
    void on_bytes(ByteView bytes) override;
    void on_writable() override;
    void on_closed(StreamEnd end) override;

    void greet();
    bool take_hello();
    bool take_welcome();
    bool take_client_hello();
    bool take_frame();
    void take_box(ByteView box);
    bool accept(const wire::StreamSecrets& theirs);
    void queue(ByteView frame);
    void fail(StreamEnd end);
    void report();

    std::unique_ptr<Stream> stream_;
    const DhtKeyPair& self_;
    SecureStreamListener& listener_;
    const bool client_;
    DhtKey peer_;
    std::optional<SharedKey> static_key_;  // of the hellos; gone when they are exchanged
    SessionKeyPair own_ = SessionKeyPair::generate();
    Nonce sending_ = Nonce::random();
    Nonce receiving_{};
    SharedKey key_;
    Bytes incoming_;
    std::size_t taken_ = 0;  // of incoming_
    Bytes outgoing_;
    std::size_t written_ = 0;  // of outgoing_
    bool open_ = false;
    bool blocked_ = false;  // the system took less than all
    bool secured_ = false;
    bool ended_ = false;
    bool reported_ = false;
    StreamEnd end_ = StreamEnd::closed;
};

}  // namespace tox
