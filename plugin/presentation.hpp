// SPDX-License-Identifier: GPL-3.0-or-later
// What the buddy list shows of one contact, and when it may change. Pure: facts and time in, a verdict out.
// libpurple-notes section 3: one climb is one status change and one sign-on; finer steps only repaint, and not too
// often.
#pragma once

#include <string>

#include "engine/base/token_bucket.hpp"
#include "plugin/absence.hpp"

namespace purple_tox {

enum class Presence : unsigned char { offline, connecting, available, away, busy };

const char* status_id(Presence presence);  // of the libpurple status type
inline bool is_online(Presence presence) { return presence >= Presence::available; }

struct Look {
    Presence presence = Presence::offline;
    Absence absence = Absence::unmet;
    std::string message;  // status message, while online
    tox::Progress stage = tox::Progress::awaiting_dht_key;
    tox::WallTime since{};              // when the stage began
    std::optional<tox::WallTime> seen;  // while they are not online: when they were last, or when they left
    unsigned waiting = 0;               // messages for them, while they are not online
    bool operator==(const Look&) const = default;
};

Presence presence_of(Absence absence, tox::UserStatus status);

class Presentation {
  public:
    // A stage that lasts shorter than this is never painted: the list must not flicker.
    static constexpr tox::Duration least_shown = std::chrono::milliseconds(300);
    // How long a lower presence must last before it is shown: sessions are often renewed at once, searches fail and
    // resume. Nobody signs on and off faster than this, whatever their program does (B95).
    static constexpr tox::Duration patience = std::chrono::seconds(2);
    // Status changes are lines in conversations, sounds and popups: a few at once, then one every five seconds (B95).
    static constexpr double published_at_once = 6;
    static constexpr double published_per_second = 0.2;

    struct Verdict {
        bool publish = false;  // a libpurple status change
        bool repaint = false;  // the same status, other words
        tox::Instant look_again = tox::never;
        bool operator==(const Verdict&) const = default;
    };
    Verdict look(const Look& wanted, tox::Instant now);
    const Look& shown() const { return shown_; }

  private:
    Verdict wait_until(tox::Instant when) const { return {false, false, when}; }
    tox::Instant fall_due(const Look& wanted, tox::Instant now);

    Look shown_;
    std::optional<tox::Instant> lower_since_;
    std::optional<tox::Instant> painted_;
    tox::Instant risen_{};  // when they were last shown as come online
    tox::TokenBucket published_{published_per_second, published_at_once};
};

}  // namespace purple_tox
