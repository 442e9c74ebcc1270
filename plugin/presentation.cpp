// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/presentation.hpp"

namespace purple_tox {
namespace {

int rank(Presence presence) { return is_online(presence) ? 2 : presence == Presence::connecting ? 1 : 0; }

// Somebody online who vanished altogether is not waited for: nobody is on the way back.
tox::Duration patience_for(Presence shown, Presence wanted) {
    return is_online(shown) && wanted == Presence::offline ? tox::Duration::zero() : Presentation::patience;
}

}  // namespace

const char* status_id(Presence presence) {
    switch (presence) {
        case Presence::connecting:
            return "connecting";
        case Presence::available:
            return "available";
        case Presence::away:
            return "away";
        case Presence::busy:
            return "busy";
        case Presence::offline:
            break;
    }
    return "offline";
}

Presence presence_of(bool online, tox::UserStatus status, tox::Progress progress) {
    if (!online) return progress == tox::Progress::awaiting_dht_key ? Presence::offline : Presence::connecting;
    switch (status) {
        case tox::UserStatus::away:
            return Presence::away;
        case tox::UserStatus::busy:
            return Presence::busy;
        case tox::UserStatus::online:
            break;
    }
    return Presence::available;
}

Presentation::Verdict Presentation::look(const Look& wanted, tox::Instant now) {
    if (rank(wanted.presence) < rank(shown_.presence) && !wanted.refused) {
        if (!lower_since_) lower_since_ = now;
        const tox::Instant due = *lower_since_ + patience_for(shown_.presence, wanted.presence);
        if (now < due) return wait_until(due);
    }
    lower_since_.reset();
    if (wanted == shown_) return {};
    const bool publish = wanted.presence != shown_.presence || wanted.message != shown_.message;
    if (!publish && painted_ && now < *painted_ + least_shown) return wait_until(*painted_ + least_shown);
    if (publish && !published_.take(now)) return wait_until(published_.next());
    shown_ = wanted;
    painted_ = now;
    return {publish, !publish, tox::never};
}

}  // namespace purple_tox
