// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/own_id.hpp"

#include <account.h>
#include <notify.h>
#include <request.h>

#include <deque>

#include "plugin/clipboard.hpp"
#include "plugin/i18n.hpp"
#include "plugin/names.hpp"
#include "plugin/notice.hpp"
#include "plugin/pasted.hpp"
#include "plugin/session.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

std::string advice() {
    return _("Give this ID to people who want to add you. It is no secret, but whoever has it can send you a request.");
}

std::string account_name(Session& session) {
    return one_line(purple_account_get_username(session.account()), name_glyphs);
}

std::string own_title(Session& session) { return format(_("Tox ID of “%s”"), account_name(session).c_str()); }

// Lines that fit any dialog: one line of 76 digits is broken by the host, some with a hyphen that is none of it.
std::string in_lines(const std::string& id) {
    constexpr std::size_t line = 19;
    std::string out;
    for (std::size_t at = 0; at < id.size(); at += line) out.append(id, at, line) += '\n';
    return out;
}

struct Dialog {  // for a host with a clipboard
    SessionId session;
    std::string primary, text;
};

// New IDs of several accounts wait for each other, or their dialogs would lie exactly on top of one another: the first
// is open. Bounded by the accounts that are connected.
std::deque<Dialog>& announced() {
    static std::deque<Dialog> dialogs;
    return dialogs;
}

void open_first();

void closed(void* id) {
    auto& dialogs = announced();
    if (dialogs.empty() || dialogs.front().session != GPOINTER_TO_UINT(id)) return;
    dialogs.pop_front();
    open_first();
}

void copy(void* id, const char* text) {
    copy_to_clipboard(bare_digits(text));
    closed(id);
}
void dismiss(void* id, const char*) { closed(id); }

// Without the account: Pidgin would show our icon, and complain where it is not installed.
void open(Session& session, const Dialog& dialog) {
    const std::string id = session.engine().id().text();
    purple_request_input(session.connection(), _("Tox"), dialog.primary.c_str(),
                         (in_lines(id) + "\n" + dialog.text).c_str(), id.c_str(), FALSE, FALSE, nullptr, _("Copy"),
                         callback<copy>(), _("Close"), callback<dismiss>(), nullptr, nullptr, nullptr,
                         GUINT_TO_POINTER(dialog.session));
}

void open_first() {
    if (announced().empty()) return;
    if (Session* const session = session_of(announced().front().session)) open(*session, announced().front());
}

// For hosts with lines of text only.
void say(Session& session, const std::string& primary, const std::string& more) {
    tell_user(session.connection(), PURPLE_NOTIFY_MSG_INFO, primary + ": " + session.engine().id().text(), more);
}

void show(Session& session, const Dialog& dialog) {
    if (has_clipboard()) return open(session, dialog);
    if (host_has_only_lines()) return say(session, dialog.primary, dialog.text);
    const std::string html = "<b>" + session.engine().id().text() + "</b><br><br>" + html_from_plain(dialog.text);
    purple_notify_formatted(session.connection(), _("Tox"), dialog.primary.c_str(), nullptr, html.c_str(), nullptr,
                            nullptr);
}

}  // namespace

void show_own_id(Session& session) {
    constexpr SessionId asked_for = 0;  // nothing waits for this one to be closed
    show(session, {asked_for, own_title(session), advice()});
}

void announce_new_id(Session& session, const std::string& more) {
    const std::string text = advice() + (more.empty() ? std::string() : "\n\n" + more);
    const Dialog dialog{session.id(), format(_("New Tox ID of “%s”"), account_name(session).c_str()), text};
    if (!has_clipboard()) return show(session, dialog);
    announced().push_back(dialog);
    if (announced().size() == 1) open_first();
}

void say_own_id_without_menu(Session& session) {
    if (!has_clipboard() && host_has_only_lines()) say(session, own_title(session), {});
}

bool is_own_name(Session& session, const std::string& who) {
    const char* const name = purple_account_get_username(session.account());
    return (name && who == name) || key_of(who) == session.engine().id().key;
}

void forget_id_dialogs(SessionId session) {
    auto& dialogs = announced();
    if (dialogs.empty()) return;
    const bool was_open = dialogs.front().session == session;
    std::erase_if(dialogs, [&](const Dialog& dialog) { return dialog.session == session; });
    if (was_open) open_first();
}

}  // namespace purple_tox
