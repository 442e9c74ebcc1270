// SPDX-License-Identifier: GPL-3.0-or-later
// Opens an account's profile and network, or says in a sentence why that cannot be done.
#pragma once

#include <connection.h>

#include "plugin/profile.hpp"
#include "plugin/session.hpp"

namespace purple_tox {

struct LoginFault {
    PurpleConnectionError reason = PURPLE_CONNECTION_ERROR_OTHER_ERROR;
    std::string text;
};

struct Opened {
    std::unique_ptr<Session> session;
    ProfileChoice profile;
    std::vector<std::string> remarks;  // what is not as it was chosen, though the account works
};

tl::expected<Opened, LoginFault> open_session(PurpleAccount* account);

std::string account_alias(PurpleAccount* account);  // as contacts may see it; empty: there is none

}  // namespace purple_tox
