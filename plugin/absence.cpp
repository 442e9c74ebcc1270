// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/absence.hpp"

namespace purple_tox {

Absence absence_of(const tox::ContactInfo& contact, bool cut_off) {
    if (contact.policy == tox::Policy::refusing) return Absence::blocked;
    if (contact.online) return Absence::none;
    if (cut_off) return Absence::no_network;
    if (contact.left) return Absence::left;
    if (contact.progress > tox::Progress::awaiting_dht_key) return Absence::on_the_way;
    if (contact.request_unanswered) return Absence::asked;
    return contact.last_seen ? Absence::seen : Absence::unmet;
}

}  // namespace purple_tox
