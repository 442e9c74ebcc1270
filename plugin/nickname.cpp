// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/nickname.hpp"

#include <blist.h>
#include <conversation.h>

#include <utility>

#include "plugin/boundary.hpp"
#include "plugin/i18n.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

// Under which name the user has known them so far, if they see another from now on.
std::string rename(PurpleBuddy* buddy, const std::string& nickname) {
    const std::string before = purple_buddy_get_alias(buddy);
    purple_blist_server_alias_buddy(buddy, nickname.c_str());
    return before == purple_buddy_get_alias(buddy) ? "" : before;
}

}  // namespace

// Not with serv_got_alias(): its line begins with the 64 digits of the buddy's name.
void show_nickname(PurpleAccount* account, const std::string& name, const std::string& nickname) {
    std::string before;
    const Owned<GSList, g_slist_free> buddies(purple_find_buddies(account, name.c_str()));
    for (GSList* at = buddies.get(); at; at = at->next) {
        auto* const buddy = static_cast<PurpleBuddy*>(at->data);
        if (nickname == (purple_buddy_get_server_alias(buddy) ? purple_buddy_get_server_alias(buddy) : "")) continue;
        if (std::string known = rename(buddy, nickname); !known.empty()) before = std::move(known);
    }
    auto* const conversation = purple_find_conversation_with_account(PURPLE_CONV_TYPE_IM, name.c_str(), account);
    if (before.empty() || before == name || !conversation) return;
    const std::string line = format(_("%s is now known as %s."), before.c_str(), nickname.c_str());
    const auto flags = static_cast<PurpleMessageFlags>(PURPLE_MESSAGE_SYSTEM | PURPLE_MESSAGE_NO_LINKIFY);
    purple_conversation_write(conversation, nullptr, escaped(line).c_str(), flags, time(nullptr));
}

}  // namespace purple_tox
