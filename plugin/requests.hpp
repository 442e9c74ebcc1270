// SPDX-License-Identifier: GPL-3.0-or-later
// Contact requests received: the questions put to the user. libpurple closes its dialogs without a word when the
// account goes offline, so a dialog keeps a number only, and this file knows what the number means.
#pragma once

#include "engine/engine.hpp"

namespace purple_tox {

class Session;

void ask_user(Session& session, const tox::RequestReceived& request);
void close_request(Session& session, const tox::LongTermKey& key);  // it was answered in another way
void forget_requests(unsigned session);                             // the session ends

}  // namespace purple_tox
