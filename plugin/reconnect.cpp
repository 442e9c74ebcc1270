// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/reconnect.hpp"

#include <account.h>
#include <connection.h>
#include <core.h>

#include <map>
#include <memory>
#include <set>

#include "plugin/account.hpp"
#include "plugin/i18n.hpp"
#include "plugin/notice.hpp"
#include "plugin/option_watch.hpp"
#include "plugin/session.hpp"

namespace purple_tox {
namespace {

// Dialogs set all their settings in one go, callers over D-Bus one after the other: those are waited for.
constexpr std::chrono::milliseconds calm{300};

// Bounded by the accounts that are connected, and that are about to be.
struct State {
    std::map<const PurpleConnection*, std::unique_ptr<OptionWatch>> watches;
    std::set<PurpleAccount*> due;
    Source sign_on{"purple-tox new settings"};
};
State& state() {
    static State all;
    return all;
}

// Whether libpurple's own account management is in use. BitlBee and others keep their accounts themselves: there it is
// for the host to connect.
bool is_managed(PurpleAccount* account) {
    return g_list_find(purple_accounts_get_all(), account) != nullptr &&
           purple_account_get_enabled(account, purple_core_get_ui());
}

void tell(Session& session) {
    const std::string primary =
        format(_("“%s” has signed on again with its new settings."), purple_account_get_username(session.account()));
    tell_user(session.connection(), PURPLE_NOTIFY_MSG_INFO, primary,
              _("They were changed while the account was connected. The old ones are not used any more."));
}

void sign_on_due() {
    for (PurpleAccount* const account : std::exchange(state().due, {})) {
        if (!is_managed(account) || !purple_account_is_disconnected(account)) continue;
        if (!purple_presence_is_online(purple_account_get_presence(account))) continue;
        purple_account_connect(account);
        if (Session* const session = session_of(account)) session->later(tell);
    }
}

// libpurple forgets a password that it is not to keep over a restart.
void disconnect_keeping_password(PurpleAccount* account) {
    const char* const kept = purple_account_get_password(account);
    const Owned<> password(g_strdup(kept));
    purple_account_disconnect(account);
    if (password) purple_account_set_password(account, password.get());
}

void settings_changed(PurpleConnection* connection) {
    PurpleAccount* const account = purple_connection_get_account(connection);
    if (is_managed(account)) {
        disconnect_keeping_password(account);
        state().due.insert(account);
        return state().sign_on.after(calm, sign_on_due);
    }
    close(connection);  // silent from now on: libpurple itself disconnects in a later turn of the loop only
    purple_connection_error_reason(connection, PURPLE_CONNECTION_ERROR_NETWORK_ERROR,
                                   _("The settings of this account were changed: sign on again with the new ones."));
}

}  // namespace

void watch_settings(Session& session) {
    PurpleConnection* const connection = session.connection();
    state().watches[connection] =
        std::make_unique<OptionWatch>(session.account(), [connection] { settings_changed(connection); });
}

void forget_settings(const PurpleConnection* connection) { state().watches.erase(connection); }

void forget_reconnects() {
    state().due.clear();
    state().sign_on.cancel();
}

}  // namespace purple_tox
