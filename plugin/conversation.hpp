// SPDX-License-Identifier: GPL-3.0-or-later
// Messages and typing. Conversations are looked up each time: the user closes their windows whenever they like.
#pragma once

#include <conversation.h>

#include "engine/engine.hpp"

struct _PurplePlugin;

namespace purple_tox {

class Session;

void show_message(Session& session, const tox::MessageReceived& message);  // the session may be gone afterwards
void show_typing(Session& session, const tox::TypingChanged& event);
void note_delivery(Session& session, const tox::LongTermKey& key);
// `waiting` messages are for somebody who is not there: an open conversation says so, in a later turn of the loop.
void mind_waiting(Session& session, const tox::LongTermKey& key, unsigned waiting);
// A line of ours, if there is a conversation with them; a notice where the host hides such lines.
void write_line(Session& session, const tox::LongTermKey& key, const std::string& text);
void watch_conversations(_PurplePlugin* plugin);

// libpurple operations
int send_im(PurpleConnection* connection, const char* who, const char* html, PurpleMessageFlags flags);
unsigned send_typing(PurpleConnection* connection, const char* who, PurpleTypingState state);
gboolean offline_message(const PurpleBuddy* buddy);
void convo_closed(PurpleConnection* connection, const char* who);

}  // namespace purple_tox
