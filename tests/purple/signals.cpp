// SPDX-License-Identifier: GPL-3.0-or-later
// libpurple's signals, written down. The handlers' shapes are those documented in libpurple's *-signals pages.
#include <initializer_list>

#include "tests/purple/recorder.hpp"

namespace host {
namespace {

int handle = 0;  // its address names our connections
Recorder* heard_by = nullptr;

std::string or_empty(const char* text) { return text != nullptr ? text : ""; }

void record(const char* signal, std::string who = {}, std::string text = {}) {
    if (heard_by != nullptr) heard_by->record({signal, std::move(who), std::move(text)});
}

void on_connection(PurpleConnection*, const char* signal) { record(signal); }
void on_account(PurpleAccount*, const char* signal) { record(signal); }
void on_error(PurpleConnection*, PurpleConnectionError, const char* text, const char* signal) {
    record(signal, {}, or_empty(text));
}
void on_buddy(PurpleBuddy* buddy, const char* signal) { record(signal, or_empty(purple_buddy_get_name(buddy))); }
void on_buddy_status(PurpleBuddy* buddy, PurpleStatus* from, PurpleStatus* to, const char* signal) {
    record(signal, or_empty(purple_buddy_get_name(buddy)),
           (from != nullptr ? or_empty(purple_status_get_id(from)) : "none") + " -> " +
               or_empty(purple_status_get_id(to)));
}
void on_received(PurpleAccount*, char* who, char* text, PurpleConversation*, int, const char* signal) noexcept {
    record(signal, or_empty(who), or_empty(text));
}
void on_sent(PurpleAccount*, const char* who, const char* text, const char* signal) {
    record(signal, or_empty(who), or_empty(text));
}
void on_typing(PurpleAccount*, const char* who, const char* signal) { record(signal, or_empty(who)); }
void on_conversation(PurpleConversation* conversation, const char* signal) {
    record(signal, or_empty(purple_conversation_get_name(conversation)));
}

template <class Handler>
void connect(void* instance, std::initializer_list<const char*> signals, Handler* handler) {
    for (const char* signal : signals)
        purple_signal_connect(instance, signal, &handle, reinterpret_cast<PurpleCallback>(handler),
                              const_cast<char*>(signal));
}

}  // namespace

void record_signals(Recorder& recorder) {
    heard_by = &recorder;
    void* connections = purple_connections_get_handle();
    connect(connections, {"signing-on", "signed-on", "signing-off", "signed-off"}, on_connection);
    connect(connections, {"connection-error"}, on_error);
    connect(purple_accounts_get_handle(), {"account-added", "account-removed"}, on_account);
    void* list = purple_blist_get_handle();
    connect(list, {"buddy-added", "buddy-removed", "buddy-signed-on", "buddy-signed-off", "buddy-icon-changed"},
            on_buddy);
    connect(list, {"buddy-status-changed"}, on_buddy_status);
    void* conversations = purple_conversations_get_handle();
    connect(conversations, {"received-im-msg"}, on_received);
    connect(conversations, {"sent-im-msg"}, on_sent);
    connect(conversations, {"buddy-typing", "buddy-typed", "buddy-typing-stopped"}, on_typing);
    connect(conversations, {"conversation-created", "deleting-conversation"}, on_conversation);
}

void forget_signals() {
    purple_signals_disconnect_by_handle(&handle);
    heard_by = nullptr;
}

}  // namespace host
