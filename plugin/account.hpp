// SPDX-License-Identifier: GPL-3.0-or-later
// An account's life: options, login, own name and status, close.
#pragma once

#include <account.h>
#include <status.h>

#include <string_view>

namespace purple_tox {

class Session;

void set_nickname(Session& session, std::string_view name);  // tells contacts, and libpurple what we are called

// libpurple operations
void login(PurpleAccount* account);
void close(PurpleConnection* connection);
void set_status(PurpleAccount* account, PurpleStatus* status);
void set_public_alias(PurpleConnection* connection, const char* alias, PurpleSetPublicAliasSuccessCallback success,
                      PurpleSetPublicAliasFailureCallback failure);
void get_public_alias(PurpleConnection* connection, PurpleGetPublicAliasSuccessCallback success,
                      PurpleGetPublicAliasFailureCallback failure);
GHashTable* account_text_table(PurpleAccount* account);

}  // namespace purple_tox
