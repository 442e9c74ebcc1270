// SPDX-License-Identifier: GPL-3.0-or-later
// Contact requests received: the questions put to the user, and what the answers do.
#pragma once

#include <plugin.h>

#include "engine/engine.hpp"

namespace purple_tox {

class Session;

void ask_user(Session& session, const tox::RequestReceived& request);
void review_requests(Session& session);  // the rules have changed: whom they admit is asked about, and nobody else
void close_request(Session& session, const tox::LongTermKey& key);  // it was answered in another way
bool has_asked(Session& session, const tox::LongTermKey& key);      // and waits for an answer
void forget_requests(unsigned session);                             // the session ends

void on_contact_requests(PurplePluginAction* action);  // a menu: those whose question was closed without an answer

}  // namespace purple_tox
