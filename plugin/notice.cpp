// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/notice.hpp"

#include <connection.h>
#include <debug.h>

#include "plugin/i18n.hpp"
#include "plugin/text.hpp"

namespace purple_tox {

bool host_has_only_lines() {
    const PurpleNotifyUiOps* const host = purple_notify_get_ui_ops();
    return !host || !host->notify_formatted;
}

void tell_user(PurpleConnection* connection, PurpleNotifyMsgType type, const std::string& primary,
               const std::string& secondary) {
    const PurpleNotifyUiOps* const host = purple_notify_get_ui_ops();
    const std::string first = valid_utf8(primary), second = valid_utf8(secondary);
    purple_debug_info("tox", "%s %s\n", first.c_str(), second.c_str());
    if (host && host->notify_message)
        purple_notify_message(connection, type, _("Tox"), first.c_str(), second.c_str(), nullptr, nullptr);
    else
        purple_connection_notice(connection, (first + (second.empty() ? "" : " – " + second)).c_str());
}

}  // namespace purple_tox
