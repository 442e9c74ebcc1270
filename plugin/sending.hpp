// SPDX-License-Identifier: GPL-3.0-or-later
// What of a text that was handed over is to be sent: all of it in parts, or nothing, with the reason.
#pragma once

#include <conversation.h>

#include <vector>

#include "plugin/text.hpp"

namespace purple_tox {

struct Sending {
    tox::MessageKind kind = tox::MessageKind::text;
    std::vector<std::string> parts;  // each a message of its own to the engine
    std::string fault;               // a sentence on why there are none
};

inline constexpr std::size_t longest_text = std::size_t{2} * 1024 * 1024;  // bytes; a longer one is a file

Sending what_to_send(Given html, PurpleMessageFlags flags);

// For a text of which only the parts before this one could be sent.
std::string partly_sent(const std::string& first_unsent, const std::string& why);

}  // namespace purple_tox
