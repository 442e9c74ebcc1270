// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/why.hpp"

#include <blist.h>
#include <cmds.h>
#include <conversation.h>
#include <notify.h>

#include "plugin/i18n.hpp"
#include "plugin/names.hpp"
#include "plugin/session.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

struct Asked {  // about whom
    Session* session = nullptr;
    std::optional<tox::LongTermKey> key;
    explicit operator bool() const { return session && key && session->engine().has_contact(*key); }
};

// Why looking for them would change nothing; nullptr: it would.
const char* in_vain(const tox::ContactInfo& contact, bool cut_off) {
    switch (absence_of(contact, cut_off)) {
        case Absence::none:
            return N_("They are online: there is nothing to look for.");
        case Absence::blocked:
            return N_("You have blocked this contact: nobody looks for them until you unblock them.");
        case Absence::no_network:
            return N_("You are not connected to the Tox network: they are looked for as soon as you are.");
        default:
            break;
    }
    const bool connected = contact.progress == tox::Progress::established;
    return connected ? N_("They are connected already: there is nothing to look for.") : nullptr;
}

Asked asked_of(PurpleAccount* account, const char* name) { return {session_of(account), key_of(name ? name : "")}; }

Asked asked_of(PurpleBlistNode* node) {
    auto* const buddy = reinterpret_cast<PurpleBuddy*>(node);
    return asked_of(purple_buddy_get_account(buddy), purple_buddy_get_name(buddy));
}

Asked asked_of(PurpleConversation* conversation) {
    return asked_of(purple_conversation_get_account(conversation), purple_conversation_get_name(conversation));
}

void write_lines(PurpleConversation* conversation, const Sentences& sentences) {
    const auto flags =
        static_cast<PurpleMessageFlags>(PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NO_LOG | PURPLE_MESSAGE_NO_LINKIFY);
    std::string html;
    for (const std::string& sentence : sentences) html += (html.empty() ? "" : "<br>") + escaped(sentence);
    purple_conversation_write(conversation, nullptr, html.c_str(), flags, time(nullptr));
}

void say_why(PurpleConversation* conversation, const Asked& asked) {
    write_lines(conversation, why(*asked.session, *asked.key));
}

void say_search(PurpleConversation* conversation, const Asked& asked) {
    write_lines(conversation, {search_now(*asked.session, *asked.key)});
}

// Behind the conversation libpurple hands over the command's name, its words, a place for an error, and our data.
template <void (*Do)(PurpleConversation*, const Asked&)>
PurpleCmdRet on_command(PurpleConversation* conversation, auto*... rest) {
    constexpr std::size_t error = 2;
    if (const Asked asked = asked_of(conversation)) {
        Do(conversation, asked);
        return PURPLE_CMD_RET_OK;
    }
    *std::get<error>(std::tuple(rest...)) =
        g_strdup(_("This conversation is not with a contact of a connected Tox account."));
    return PURPLE_CMD_RET_FAILED;
}
template <void (*Do)(PurpleConversation*, const Asked&)>
constexpr PurpleCmdFunc command = guarded<on_command<Do, const char, char*, char*, void>>;

std::vector<PurpleCmdId>& commands() {
    static std::vector<PurpleCmdId> ids;
    return ids;
}

void add_command(const char* name, PurpleCmdFunc run, const char* help) {
    const auto flags = static_cast<PurpleCmdFlag>(PURPLE_CMD_FLAG_IM | PURPLE_CMD_FLAG_PRPL_ONLY);
    commands().push_back(purple_cmd_register(name, "", PURPLE_CMD_P_PRPL, flags, "prpl-tox", run, help, nullptr));
}

}  // namespace

Sentences why(Session& session, const tox::LongTermKey& key) {
    const auto info = session.engine().contact(key);
    return info ? explain_contact(*info, session.engine().network(), wall_now()) : Sentences{};
}

Sentences why(Session& session) { return explain_own(session.engine().network(), session.own_way()); }

bool can_search(Session& session, const tox::LongTermKey& key) {
    const auto contact = session.engine().contact(key);
    return contact && in_vain(*contact, session.cut_off) == nullptr;
}

std::string search_now(Session& session, const tox::LongTermKey& key) {
    const auto contact = session.engine().contact(key);
    const char* const answer = contact ? in_vain(*contact, session.cut_off) : nullptr;
    if (answer) return _(answer);
    session.engine().search_now(key);
    return _("Looking for them now.");
}

std::string as_lines(const Sentences& sentences) {
    std::string text;
    for (const std::string& sentence : sentences) text += (text.empty() ? "" : "\n") + sentence;
    return text;
}

void on_explain_own(PurplePluginAction* action) {
    Session* const session = session_of(static_cast<PurpleConnection*>(action->context));
    if (!session) return;
    const bool connected = session->engine().network().connected();
    purple_notify_info(session->connection(), _("Tox"),
                       connected ? _("Connected to the Tox network") : _("Not connected to the Tox network yet"),
                       as_lines(why(*session)).c_str());
}

void on_explain(PurpleBlistNode* node, gpointer) {
    const Asked asked = asked_of(node);
    if (!asked) return;
    const std::string title =
        format(_("Connection to %s"), purple_buddy_get_alias(reinterpret_cast<PurpleBuddy*>(node)));
    purple_notify_info(asked.session->connection(), _("Tox"), title.c_str(),
                       as_lines(why(*asked.session, *asked.key)).c_str());
}

void on_search_now(PurpleBlistNode* node, gpointer) {
    const Asked asked = asked_of(node);
    if (!asked) return;
    const std::string answer = search_now(*asked.session, *asked.key);
    purple_notify_info(asked.session->connection(), _("Tox"),
                       purple_buddy_get_alias(reinterpret_cast<PurpleBuddy*>(node)), answer.c_str());
}

void register_commands() {
    if (!commands().empty()) return;
    add_command("why", command<say_why>, _("why: Explains how far the connection to this contact has come."));
    add_command("search", command<say_search>, _("search: Looks for this contact at once."));
}

void unregister_commands() {
    for (const PurpleCmdId id : commands()) purple_cmd_unregister(id);
    commands().clear();
}

}  // namespace purple_tox
