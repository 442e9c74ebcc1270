// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/buddies.hpp"

#include <blist.h>
#include <notify.h>
#include <server.h>

#include "plugin/i18n.hpp"
#include "plugin/names.hpp"
#include "plugin/presence.hpp"
#include "plugin/requests.hpp"
#include "plugin/session.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

using tox::AddError;

struct Node {  // a buddy the user has just added: what is needed to find it again without its address
    std::string name, group;
};

std::vector<PurpleBuddy*> buddies_of(PurpleAccount* account, const std::function<bool(PurpleBuddy*)>& want) {
    std::vector<PurpleBuddy*> found;
    for (auto* node = purple_blist_get_root(); node; node = purple_blist_node_next(node, TRUE)) {
        if (!PURPLE_BLIST_NODE_IS_BUDDY(node)) continue;
        auto* buddy = reinterpret_cast<PurpleBuddy*>(node);
        if (purple_buddy_get_account(buddy) == account && want(buddy)) found.push_back(buddy);
    }
    return found;
}

std::string group_of(PurpleBuddy* buddy) {
    PurpleGroup* group = purple_buddy_get_group(buddy);
    return group ? purple_group_get_name(group) : "";
}

std::vector<PurpleBuddy*> buddies_with_key(PurpleAccount* account, const tox::LongTermKey& key) {
    return buddies_of(
        account, [name = key.hex()](PurpleBuddy* buddy) { return normal_name(purple_buddy_get_name(buddy)) == name; });
}

// libpurple finds buddies by normalised name and group; of two under the same entry it forgets the other one when one
// is removed. Renaming a buddy to its own name puts the entry back.
void remove_node(Session& session, const Node& node) {
    PurpleAccount* const account = session.account();
    const auto added = buddies_of(account, [&](PurpleBuddy* buddy) {
        return Given(purple_buddy_get_name(buddy)) == std::string_view(node.name) && node.group == group_of(buddy);
    });
    if (added.empty()) return;
    purple_blist_remove_buddy(added.back());
    const auto key = key_of(node.name);
    if (!key) return;
    for (PurpleBuddy* buddy : buddies_with_key(account, *key)) purple_blist_rename_buddy(buddy, key->hex().c_str());
}

// The caller of an add operation still holds the buddy: it goes in a later turn of the loop.
void take_back(Session& session, PurpleBuddy* buddy, const std::string& sentence) {
    purple_notify_error(session.connection(), _("Tox"), _("The contact was not added."), sentence.c_str());
    session.later([node = Node{std::string(Given(purple_buddy_get_name(buddy))), group_of(buddy)}](Session& later) {
        remove_node(later, node);
    });
}

std::string sentence(AddError error) {
    switch (error) {
        case AddError::own_id:
            return _("This is your own Tox ID.");
        case AddError::already_contact:
            return _("This person is already one of your contacts.");
        case AddError::message_empty:
            return _("A contact request needs a message.");
        case AddError::message_too_long:
            return format(_("The message of a contact request may have at most %d bytes."),
                          static_cast<int>(tox::max_request_message));
        case AddError::too_many:
            return _("The profile holds as many contacts as it can.");
        case AddError::not_saved:
            break;
    }
    return _("Your Tox profile could not be saved. Is the disk full?");
}

std::string request_text(Session& session, const char* message) {
    const std::string text = message ? plain_from_html(html_from_plain(message)) : "";
    if (text.find_first_not_of(" \t\n") != std::string::npos) return text;
    const std::string name = one_line(session.engine().name(), name_glyphs);
    return name.empty() ? _("I would like to add you to my contacts.")
                        : format(_("This is %s. I would like to add you to my contacts."), name.c_str());
}

bool has_asked(Session& session, const tox::LongTermKey& key) {
    for (const auto& request : session.engine().requests())
        if (request.from == key) return true;
    return false;
}

tl::expected<void, AddError> add_contact(Session& session, const Address& address, const char* message) {
    tox::Engine& engine = session.engine();
    if (address.key == engine.id().key) return tl::unexpected(AddError::own_id);
    if (engine.has_contact(address.key)) return {};  // the list had lost them
    if (has_asked(session, address.key)) {
        close_request(session, address.key);
        return engine.accept_request(address.key);
    }
    if (address.id) return engine.add_contact(*address.id, request_text(session, message));
    purple_notify_info(
        session.connection(), _("Tox"), _("Added without a request."),
        _("A key of 64 digits is not enough to send a request. You will meet once your contact adds you, too. "
          "To send a request, add them by their whole Tox ID of 76 digits."));
    return engine.add_contact(address.key);
}

void show_when_offline(PurpleBuddy* buddy) {
    PurpleAccount* const account = purple_buddy_get_account(buddy);
    if (!purple_account_get_bool(account, "show-offline", TRUE)) return;
    purple_blist_node_set_bool(reinterpret_cast<PurpleBlistNode*>(buddy), "show_offline", TRUE);
}

PurpleGroup* own_group() {
    const char* const name = _("Tox");
    if (PurpleGroup* group = purple_find_group(name)) return group;
    PurpleGroup* const group = purple_group_new(name);
    purple_blist_add_group(group, nullptr);
    return group;
}

}  // namespace

void ensure_buddy(Session& session, const tox::LongTermKey& key) {
    const std::string name = key.hex();
    if (!purple_find_buddy(session.account(), name.c_str())) {
        PurpleBuddy* const buddy = purple_buddy_new(session.account(), name.c_str(), nullptr);
        purple_blist_add_buddy(buddy, nullptr, own_group(), nullptr);
        show_when_offline(buddy);
    }
    announce_name(session, key);
}

// libpurple keeps neither aliases nor statuses over a restart.
void sync_roster(Session& session) {
    for (const auto& key : session.engine().contacts()) {
        ensure_buddy(session, key);
        session.later([key](Session& later) { refresh_presence(later, key); });
    }
}

void announce_name(Session& session, const tox::LongTermKey& key) {
    const auto info = session.engine().contact(key);
    if (!info) return;
    std::string name = one_line(info->name, name_glyphs);
    if (name.empty()) name = short_name(key);  // 64 digits are not for reading
    serv_got_alias(session.connection(), key.hex().c_str(), name.c_str());
}

void add_buddy_with_invite(PurpleConnection* connection, PurpleBuddy* buddy, PurpleGroup*, const char* message) {
    Session* const session = session_of(connection);
    if (!session) return;
    const auto address = parse_address(purple_buddy_get_name(buddy));
    if (!address) return take_back(*session, buddy, address.error());
    if (session->engine().has_contact(address->key) && buddies_with_key(session->account(), address->key).size() > 1)
        return take_back(*session, buddy, sentence(AddError::already_contact));
    const auto added = add_contact(*session, *address, message);
    if (!added) return take_back(*session, buddy, sentence(added.error()));
    const std::string name = address->key.hex();
    if (name != purple_buddy_get_name(buddy)) purple_blist_rename_buddy(buddy, name.c_str());
    show_when_offline(buddy);
    session->later([key = address->key](Session& later) {
        announce_name(later, key);
        refresh_presence(later, key);
    });
}

void add_buddy(PurpleConnection* connection, PurpleBuddy* buddy, PurpleGroup* group) {
    add_buddy_with_invite(connection, buddy, group, nullptr);
}

// Called once per group the buddy is in, before it leaves the list: the contact goes with the last one.
void remove_buddy(PurpleConnection* connection, PurpleBuddy* buddy, PurpleGroup*) {
    Session* const session = session_of(connection);
    const auto key = key_of(purple_buddy_get_name(buddy));
    if (!session || !key || buddies_with_key(session->account(), *key).size() > 1) return;
    session->engine().remove_contact(*key);
    session->forget(*key);
}

// Tox knows no groups. Without this operation (and rename_group, in plugin.cpp) libpurple would remove and add every
// buddy of a group that is renamed, and contacts would be lost.
void group_buddy(PurpleConnection*, const char*, const char*, const char*) {}

}  // namespace purple_tox
