// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/saving.hpp"

#include <notify.h>

#include "plugin/i18n.hpp"
#include "plugin/session.hpp"

namespace purple_tox {
namespace {

std::string sentence(const std::string& reason) {
    return format(_("Your Tox profile cannot be saved: %s. What changes meanwhile may be lost; it is tried again every "
                    "minute."),
                  reason.c_str());
}

}  // namespace

void save_failed(Session& session, const std::string& reason) {
    if (std::exchange(session.save_fault_told, true)) return;
    purple_notify_error(session.connection(), _("Tox"), _("Your Tox profile could not be saved."),
                        sentence(reason).c_str());
}

void save_works(Session& session) {
    if (!std::exchange(session.save_fault_told, false)) return;
    purple_notify_info(session.connection(), _("Tox"), _("Your Tox profile is saved again."), nullptr);
}

std::string told_save_fault(Session& session) {
    session.save_fault_told = true;
    return sentence(session.engine().save_fault());
}

}  // namespace purple_tox
