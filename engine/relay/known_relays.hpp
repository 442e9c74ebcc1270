// SPDX-License-Identifier: GPL-3.0-or-later
// The relays we know of, and what became of earlier connections to them: whom to try next, and when. Opens none itself.
#pragma once

#include <unordered_map>

#include "engine/base/time.hpp"
#include "engine/host/network.hpp"
#include "engine/wire/nodes.hpp"

namespace tox {

class KnownRelays {
  public:
    static constexpr std::size_t capacity = 64;  // the worst make room, connected ones never
    static constexpr std::size_t most_named_by_one =
        8;                                            // peer; whatever peers name, those of our own choice stay (B60)
    static constexpr std::size_t most_addresses = 4;  // of one relay: two families, a name, another port
    static constexpr Duration first_pause = 1s;       // after a try, doubling after failures; never less (R8)
    static constexpr Duration longest_pause = 5min;
    // One that worked a short while ago is probably only being restarted, or we are on the move: back within 3 s.
    static constexpr Duration longest_pause_while_fresh = 1500ms;
    static constexpr Duration fresh_for = 10min;
    static constexpr Duration proven_after = 10s;  // a connection that lasted so long makes up for earlier failures

    struct Record {
        std::vector<StreamAddress> addresses;  // one that has worked stands in front
        std::size_t turn = 0;                  // the one to try
        unsigned failures = 0;                 // in a row
        Instant tried{};
        Instant retry{};                // not before
        std::optional<Instant> worked;  // the last time it was connected
        std::optional<Instant> proven;  // the end of the last connection that lasted
        bool connected = false;
        std::optional<DhtKey> named_by;  // a peer said that it is there; nothing: we chose it ourselves
        const StreamAddress& address() const { return addresses[turn]; }
    };

    void add(const DhtKey& relay, const StreamAddress& address, Instant now);  // of our own choice
    // Displaces nothing that we chose, and no address that is known.
    void add_named(const DhtKey& relay, const Endpoint& address, const DhtKey& peer, Instant now);
    bool is_own(const DhtKey& relay) const;
    const Record* find(const DhtKey& relay) const;
    bool may_try(const DhtKey& relay, Instant now) const;
    std::size_t size() const { return records_.size(); }

    // What becomes of a connection: tried, then failed or connected; then failed or rested.
    void tried(const DhtKey& relay, Instant now);
    void connected(const DhtKey& relay, Instant now);
    void failed(const DhtKey& relay, Instant now);
    void rested(const DhtKey& relay, Instant until, Instant now);  // we have closed it
    // But not the first one: two tries are never closer. `but`: that one has earned its own.
    void forget_pauses(const DhtKey* but = nullptr);

    // Those that may be tried now: such that worked, latest first; then the others, by turns of the ports that
    // firewalls treat differently; those that failed, and last those that only peers have named.
    std::vector<DhtKey> candidates(Instant now) const;
    Instant next_retry(Instant now) const;    // of those that may not
    std::vector<Relay> worth_saving() const;  // of our own choice

  private:
    template <class Which>
    bool lose_worst(Which which);
    void add_address(Record& record, const StreamAddress& address, Instant now);
    std::unordered_map<DhtKey, Record, Hashed> records_;
};

// By address rather than by name, if there is one.
std::optional<Endpoint> endpoint_of(const KnownRelays::Record& record);

}  // namespace tox
