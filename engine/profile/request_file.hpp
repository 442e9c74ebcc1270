// SPDX-License-Identifier: GPL-3.0-or-later
// Contact requests that wait for an answer, and the keys whose requests are declined, for now or for good. Kept in one
// small file that is always replaced as a whole; holds nothing else.
#pragma once

#include <optional>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/crypto/keys.hpp"
#include "engine/host/storage.hpp"

namespace tox {

struct WaitingRequest {
    LongTermKey from;
    std::string message;  // valid UTF-8 is the giver's affair
    WallTime received{};
    bool operator==(const WaitingRequest&) const = default;
};

class RequestFile {
  public:
    static constexpr std::size_t max_waiting = 32;    // R20; the oldest goes first
    static constexpr std::size_t max_declined = 500;  // 20 KB; the oldest goes first, of those for now if there are any
    static constexpr std::size_t max_message = 1016;  // bytes; what any version sends. Longer ones are cut

    // False: the file is there but cannot be read, or is of a later version; save() refuses then. A damaged one is set
    // aside by the next save().
    bool load(Storage& storage);
    bool usable() const { return readable_; }          // what load() said
    bool was_damaged() const { return was_damaged_; }  // it was, and nothing of it is used
    // Durable on return. Does nothing if nothing has changed. False: see Storage::error().
    bool save(Storage& storage);

    // False: nothing new, because the key is declined for good. One request per key (R20): a repeated one replaces the
    // text, not the place.
    bool add(WaitingRequest request);
    bool remove(const LongTermKey& from);                                 // answered; false: there was none
    const std::vector<WaitingRequest>& list() const { return waiting_; }  // oldest first
    const WaitingRequest* find(const LongTermKey& from) const;            // valid until the next change

    // Either removes their request.
    void decline(const LongTermKey& from);  // for good
    void decline_for_now(const LongTermKey& from, WallTime now);
    static constexpr std::chrono::hours for_now{24};  // R20
    bool is_declined(const LongTermKey& from, WallTime now) const;
    std::vector<LongTermKey> declined() const;  // for good
    void allow(const LongTermKey& from);        // takes a decline back

  private:
    struct Declined {
        LongTermKey key;
        std::optional<WallTime> until;  // nothing: for good
    };
    bool read_file(ByteView file);
    Bytes file() const;
    const Declined* find_declined(const LongTermKey& from) const;
    void note_declined(const Declined& declined);

    std::vector<WaitingRequest> waiting_;
    std::vector<Declined> declined_;
    Bytes damaged_;  // the file that load() could not use
    bool was_damaged_ = false;
    bool changed_ = false;
    bool readable_ = true;
};

}  // namespace tox
