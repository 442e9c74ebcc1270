// SPDX-License-Identifier: GPL-3.0-or-later
// Why a contact is not online: one answer for the buddy list, tooltips, conversations and explanations. Pure.
#pragma once

#include "engine/engine.hpp"

namespace purple_tox {

enum class Absence : unsigned char {
    none,        // they are online
    blocked,     // we do not want them
    no_network,  // nobody answers us: nothing is known of them
    left,        // they said goodbye, and have not been heard since
    on_the_way,  // they are being connected
    asked,       // they have never answered our request
    seen,        // they were here once, and nothing is heard of them
    unmet,       // they never were
};

Absence absence_of(const tox::ContactInfo& contact, bool cut_off);  // the first that holds; see NetworkInfo::cut_off

}  // namespace purple_tox
