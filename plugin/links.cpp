// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/links.hpp"

#include <account.h>
#include <blist.h>
#include <notify.h>
#include <signals.h>

#include <core.h>  // needs GLib's types, which it does not include

#include "plugin/boundary.hpp"
#include "plugin/buddies.hpp"
#include "plugin/i18n.hpp"
#include "plugin/names.hpp"
#include "plugin/session.hpp"

namespace purple_tox {
namespace {

PurpleAccount* connected_account() {
    for (GList *at = purple_accounts_get_all_active(), *next = nullptr; at; at = next) {
        next = at->next;
        auto* const account = static_cast<PurpleAccount*>(at->data);
        if (!session_of(account)) {
            next = g_list_delete_link(at, at);
            continue;
        }
        g_list_free(at);
        return account;
    }
    return nullptr;
}

gboolean complain(const char* primary, const std::string& secondary) {
    purple_notify_error(purple_get_core(), _("Tox"), primary, secondary.c_str());
    return TRUE;  // it was ours, and nobody else could do more with it
}

gboolean on_link(const char* protocol, const char* command, GHashTable*, gpointer) {
    if (g_ascii_strcasecmp(protocol, "tox") != 0) return FALSE;
    const auto address = parse_address(std::string("tox:") + command);  // it may begin with "//"
    if (!address) return complain(_("This link does not lead to anybody on Tox."), address.error());
    PurpleAccount* const account = connected_account();
    if (!account)
        return complain(_("No Tox account is connected."), _("Enable one under Accounts, then open the link again."));
    Session& session = *session_of(account);
    if (session.engine().has_contact(address->key)) {
        open_conversation(session, address->key);
        return TRUE;
    }
    const std::string id = address->id ? address->id->text() : address->key.hex();
    purple_blist_request_add_buddy(account, id.c_str(), nullptr, nullptr);
    return TRUE;
}

}  // namespace

void watch_links(PurplePlugin* plugin) {
    purple_signal_connect(purple_get_core(), "uri-handler", plugin, callback<on_link>(), nullptr);
}

}  // namespace purple_tox
