// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/conversation.hpp"

#include <server.h>

#include <cerrno>

#include "plugin/i18n.hpp"
#include "plugin/names.hpp"
#include "plugin/notice.hpp"
#include "plugin/sending.hpp"
#include "plugin/session.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

using tox::SendError;

void write_line(Session& session, const tox::LongTermKey& key, const char* text) {
    auto* const conversation =
        purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, key.hex().c_str(), session.account());
    if (!conversation) return;
    const auto flags = static_cast<PurpleMessageFlags>(PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NO_LINKIFY);
    purple_conversation_write(conversation, nullptr, escaped(text).c_str(), flags, time(nullptr));
}

std::string sentence(SendError error) {
    switch (error) {
        case SendError::no_such_contact:
            return _("Your message was not sent: this person is not one of your Tox contacts.");
        case SendError::empty:
            return _("Your message was not sent: it is empty.");
        case SendError::too_long:
            return format(_("Your message was not sent: it is longer than %d bytes. Please send it in parts."),
                          static_cast<int>(tox::max_text));
        case SendError::not_utf8:
            return _("Your message was not sent: it is not valid text.");
        case SendError::queue_full:
            return _("Your message was not sent: too many messages wait for this contact already.");
        case SendError::not_saved:
            return _("Your message was not sent: it could not be stored in your profile. Is the disk full?");
        case SendError::offline:
            break;
    }
    return _("Your message was not sent: your contact is offline.");
}

void tell_not_sent(Session& session, const char* who, const std::string& fault) {
    if (host_has_only_lines()) return tell_user(session.connection(), PURPLE_NOTIFY_MSG_ERROR, fault, {});
    purple_conv_present_error(who, session.account(), fault.c_str());
}

// The fault, if there is one.
std::string send(Session& session, const tox::LongTermKey& key, const Sending& out) {
    for (const std::string& part : out.parts) {
        const auto sent = session.engine().send_message(key, out.kind, part);
        if (sent) continue;
        const std::string why = sentence(sent.error());
        return &part == &out.parts.front() ? why : partly_sent(part, why);
    }
    return out.fault;
}

// One line per spell of being offline, and after the message it speaks of, which libpurple writes when we return.
void say_that_it_waits(Session& session, const tox::LongTermKey& key) {
    const auto info = session.engine().contact(key);
    if (!info || info->online || std::exchange(session.state(key).told_queued, true)) return;
    session.later([key](Session& later) {
        write_line(later, key,
                   _("Your contact is offline. Your messages wait here and are delivered when you are both online."));
    });
}

}  // namespace

void show_message(Session& session, const tox::MessageReceived& message) {
    serv_got_im(session.connection(), message.contact.hex().c_str(), html_from_wire(message.kind, message.text).c_str(),
                static_cast<PurpleMessageFlags>(0), time(nullptr));
}

void show_typing(Session& session, const tox::TypingChanged& event) {
    const std::string name = event.contact.hex();
    if (event.typing)
        serv_got_typing(session.connection(), name.c_str(), 0, PURPLE_TYPING);
    else
        serv_got_typing_stopped(session.connection(), name.c_str());
}

void note_delivery(Session& session, const tox::LongTermKey& key) {
    const auto info = session.engine().contact(key);
    if (!info || info->queued > 0 || !std::exchange(session.state(key).told_queued, false)) return;
    write_line(session, key, _("Your waiting messages have been delivered."));
}

int send_im(PurpleConnection* connection, const char* who, const char* html, PurpleMessageFlags flags) {
    Session* const session = session_of(connection);
    if (!session) return -ENOTCONN;
    const auto key = key_of(who);
    const std::string fault =
        key ? send(*session, *key, what_to_send(html, flags)) : sentence(SendError::no_such_contact);
    if (!fault.empty()) {
        tell_not_sent(*session, who, fault);
        return 0;  // neither an echo nor a second complaint
    }
    say_that_it_waits(*session, *key);
    return 1;
}

unsigned send_typing(PurpleConnection* connection, const char* who, PurpleTypingState state) {
    Session* const session = session_of(connection);
    const auto key = key_of(who);
    if (session && key) session->engine().set_typing(*key, state == PURPLE_TYPING);
    return 0;  // the state sticks on the wire: no repetition wanted
}

gboolean offline_message(const PurpleBuddy*) { return TRUE; }

void convo_closed(PurpleConnection* connection, const char* who) { send_typing(connection, who, PURPLE_NOT_TYPING); }

}  // namespace purple_tox
