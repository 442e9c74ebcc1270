// SPDX-License-Identifier: GPL-3.0-or-later
// A client of our relay: its connection and its slots. Internal to the relay server.
#pragma once

#include "engine/base/time.hpp"
#include "engine/base/token_bucket.hpp"
#include "engine/relay/secure_stream.hpp"

namespace tox::relay {

class Client;

class Switchboard {  // what the server does for its clients
  public:
    // False: no client sends that; the connection ends.
    virtual bool on_client_frame(Client& client, ByteView frame) = 0;
    virtual void on_client_gone(Client& client) = 0;
    virtual void on_client_queued(Client& client) = 0;  // something waits to be flushed

  protected:
    ~Switchboard() = default;
};

struct Slot {
    bool used = false;
    DhtKey peer;
    Client* other = nullptr;  // while the link is open
    Byte other_slot = 0;      // on the other side
};

class Client final : SecureStreamListener {
  public:
    Client(std::unique_ptr<Stream> stream, const DhtKeyPair& self, Switchboard& board)
        : secure(std::move(stream), self, *this), board_(board) {}

    const DhtKey& key() const { return secure.peer(); }
    bool gone() const { return gone_ || secure.ended(); }
    void leave();  // it counts no longer; the server reaps it

    Slot* slot(Byte at);                                     // nullptr: not in use
    std::optional<Byte> slot_for(const DhtKey& peer) const;  // in use for that peer
    std::optional<Byte> take_slot(const DhtKey& peer);       // the one for that peer, or a free one
    template <class See>
    void each_slot(See see) {
        for (std::size_t i = 0; i < slots_.size(); ++i)
            if (slots_[i].used) see(static_cast<Byte>(wire::first_slot + i), slots_[i]);
    }

    SecureStream secure;
    std::uint64_t number = 0;
    Endpoint from;
    Instant since{};
    bool confirmed = false;         // its first frame was genuine: it has the key that its hello named
    std::uint64_t ping_id = 0;      // 0: none is out
    Instant pinged{};               // or heard
    TokenBucket requests{20, 240};  // routing and out of band: a start with many contacts, then now and then
    TokenBucket out_of_band{50, 500};

  private:
    void on_secured() override {}
    void on_frame(ByteView frame) override;
    void on_queued() override { board_.on_client_queued(*this); }
    void on_ended(StreamEnd) override { leave(); }

    Switchboard& board_;
    std::vector<Slot> slots_;  // grows with use
    bool gone_ = false;
};

}  // namespace tox::relay
