// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/conversation.hpp"

#include <core.h>
#include <notify.h>
#include <server.h>
#include <signals.h>

#include <cerrno>

#include "plugin/i18n.hpp"
#include "plugin/names.hpp"
#include "plugin/notice.hpp"
#include "plugin/presence.hpp"
#include "plugin/requests.hpp"
#include "plugin/sending.hpp"
#include "plugin/session.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

using tox::SendError;

PurpleConversation* conversation_with(Session& session, const tox::LongTermKey& key) {
    return purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, key.hex().c_str(), session.account());
}

// BitlBee hides what neither side of a conversation has said, and prints notices.
bool shows_system_lines() { return g_strcmp0(purple_core_get_ui(), "BitlBee") != 0; }

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

const char* reason(Absence absence) {
    switch (absence) {
        case Absence::blocked:
            return _("You have blocked this contact.");
        case Absence::no_network:
            return _("You are not connected to the Tox network.");
        case Absence::asked:
            return _("Your contact has not answered your request yet.");
        default:
            return _("Your contact is offline.");
    }
}

// Until when messages wait.
const char* promise(Absence absence) {
    if (absence == Absence::blocked) return _("Your messages wait here until you unblock them.");
    if (absence == Absence::asked) return _("Your messages wait here until they accept it.");
    return _("Your messages wait here and are delivered when you are both online.");
}

std::string joined(std::string_view first, std::string_view second) {
    return std::string(first) + " " + std::string(second);
}

// One line per spell of being absent, and after the message it speaks of, which libpurple writes when we return.
void say_that_it_waits(Session& session, const tox::LongTermKey& key) {
    const auto info = session.engine().contact(key);
    const Absence absence = info ? absence_of(*info, session.cut_off) : Absence::none;
    WaitingNote& note = session.state(key).waiting;
    if (absence == Absence::none || note.said()) return;
    note.say();
    session.later([key, text = joined(reason(absence), promise(absence))](Session& later) {
        write_line(later, key, text);
        refresh_presence(later, key);  // the list says how many wait
    });
}

// Those that looked sent: whoever they are for went away before they came.
void say_what_waits(Session& session, const tox::LongTermKey& key) {
    const auto info = session.engine().contact(key);
    if (!info || info->queued == 0) return;
    const Absence absence = absence_of(*info, session.cut_off);
    const std::string undelivered =
        format(plural("%u message has not been delivered.", "%u messages have not been delivered.", info->queued),
               info->queued);
    write_line(session, key, joined(joined(reason(absence), undelivered), promise(absence)));
}

void on_created(PurpleConversation* conversation) {
    Session* const session = session_of(purple_conversation_get_account(conversation));
    const auto key = key_of(purple_conversation_get_name(conversation));
    if (session && key) session->later([key = *key](Session& later) { refresh_presence(later, key); });
}

}  // namespace

void write_line(Session& session, const tox::LongTermKey& key, const std::string& text) {
    auto* const conversation = conversation_with(session, key);
    if (!conversation) return;
    if (!shows_system_lines())
        return static_cast<void>(purple_notify_info(session.connection(), _("Tox"),
                                                    purple_conversation_get_title(conversation), text.c_str()));
    const auto flags = static_cast<PurpleMessageFlags>(PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NO_LINKIFY);
    purple_conversation_write(conversation, nullptr, escaped(text).c_str(), flags, time(nullptr));
}

void watch_conversations(PurplePlugin* plugin) {
    purple_signal_connect(purple_conversations_get_handle(), "conversation-created", plugin, callback<on_created>(),
                          nullptr);
}

void mind_waiting(Session& session, const tox::LongTermKey& key, unsigned waiting) {
    WaitingNote& note = session.state(key).waiting;
    const bool wait = waiting > 0 && conversation_with(session, key);
    if (!note.due(wait, ui_now())) return;
    note.say();
    session.later([key](Session& later) { say_what_waits(later, key); });
}

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
    if (!info || info->queued > 0 || !session.state(key).waiting.take_back()) return;
    write_line(session, key, _("Your waiting messages have been delivered."));
}

int send_im(PurpleConnection* connection, const char* who, const char* html, PurpleMessageFlags flags) {
    Session* const session = session_of(connection);
    if (!session) return -ENOTCONN;
    const auto key = key_of(who);
    std::string fault;
    if (key && has_asked(*session, *key))
        fault = _("Your message was not sent: accept their contact request first.");
    else
        fault = key ? send(*session, *key, what_to_send(html, flags)) : sentence(SendError::no_such_contact);
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

// A window opened anew has forgotten what was said in it.
void convo_closed(PurpleConnection* connection, const char* who) {
    send_typing(connection, who, PURPLE_NOT_TYPING);
    Session* const session = session_of(connection);
    const auto key = key_of(who);
    if (session && key && session->engine().has_contact(*key)) session->state(*key).waiting.take_back();
}

}  // namespace purple_tox
