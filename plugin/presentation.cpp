// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/presentation.hpp"

#include <algorithm>

namespace purple_tox {
namespace {

int rank(Presence presence) { return is_online(presence) ? 2 : presence == Presence::connecting ? 1 : 0; }

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

Presence presence_of(Absence absence, tox::UserStatus status) {
    if (absence != Absence::none) return absence == Absence::on_the_way ? Presence::connecting : Presence::offline;
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

// Somebody online who left or vanished altogether is not waited for: nobody is on the way back.
tox::Instant Presentation::fall_due(const Look& wanted, tox::Instant now) {
    if (!lower_since_) lower_since_ = now;
    if (wanted.absence == Absence::blocked) return now;
    if (!is_online(shown_.presence)) return *lower_since_ + patience;
    const bool gone = wanted.presence == Presence::offline;
    return std::max(risen_ + patience, *lower_since_ + (gone ? tox::Duration::zero() : patience));
}

Presentation::Verdict Presentation::look(const Look& wanted, tox::Instant now) {
    if (rank(wanted.presence) < rank(shown_.presence)) {
        const tox::Instant due = fall_due(wanted, now);
        if (now < due) return wait_until(due);
    }
    lower_since_.reset();
    if (wanted == shown_) return {};
    const bool publish = wanted.presence != shown_.presence || wanted.message != shown_.message;
    if (!publish && painted_ && now < *painted_ + least_shown) return wait_until(*painted_ + least_shown);
    if (publish && !published_.take(now)) return wait_until(published_.next());
    if (is_online(wanted.presence) && !is_online(shown_.presence)) risen_ = now;
    shown_ = wanted;
    painted_ = now;
    return {publish, !publish, tox::never};
}

}  // namespace purple_tox
