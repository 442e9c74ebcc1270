// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/sending.hpp"

#include <core.h>  // needs GLib's types, which it does not include

#include "engine/messenger/text.hpp"
#include "plugin/i18n.hpp"

namespace purple_tox {
namespace {

// Finch keeps unknown commands to itself, and takes the second slash of "//" away.
Slash slash_of(PurpleMessageFlags flags) {
    const bool dealt_with = g_strcmp0(purple_core_get_ui(), "gnt-purple") == 0 || (flags & PURPLE_MESSAGE_AUTO_RESP);
    return dealt_with ? Slash::text : Slash::command;
}

Sending refused(std::string fault) { return {{}, {}, std::move(fault)}; }

}  // namespace

Sending what_to_send(Given html, PurpleMessageFlags flags) {
    const Outgoing out = outgoing_from_html(html, slash_of(flags));
    if (!out.command.empty())
        return refused(format(_("“/%s” is not a command here, so nothing was sent. To send a text that begins with a "
                                "slash, begin it with two: “//%s”."),
                              out.command.c_str(), out.command.c_str()));
    if (out.text.size() > longest_text)
        return refused(format(_("Your message was not sent: it is longer than %u bytes. Please send it in parts."),
                              static_cast<unsigned>(longest_text)));
    const auto parts = tox::split_text(out.text, tox::max_text);
    if (parts.empty()) return refused(_("Your message was not sent: it is empty."));
    return {out.kind, {parts.begin(), parts.end()}, {}};
}

std::string partly_sent(const std::string& first_unsent, const std::string& why) {
    constexpr std::size_t enough_to_find = 40;
    return format(_("Only the beginning of your message was sent. From “%s” on it was not: %s"),
                  one_line(first_unsent, enough_to_find).c_str(), why.c_str());
}

}  // namespace purple_tox
