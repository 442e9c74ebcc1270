// SPDX-License-Identifier: GPL-3.0-or-later
// How a contact's progress and presence read, in the user's language. Plain text; knows nothing of libpurple.
#pragma once

#include <optional>
#include <string>

#include "plugin/presentation.hpp"

namespace purple_tox {

const char* stage_text(tox::Progress stage);
const char* presence_text(Presence presence);
std::string list_text(const Look& look);        // second line in the buddy list; empty: the host's own words will do
std::string connection_text(const Look& look);  // for tooltips: how it stands, or why there is none
std::string progress_text(
    const Look& look);                 // what is tried all the same, and since when; empty: connection_text says it
const char* emblem(const Look& look);  // file name of an emblem Pidgin ships, or nullptr
std::string clock_text(tox::WallTime when);         // local time, with the date if it is not today's
std::string tooltip_note(const std::string& line);  // its beginning, with places where long words may be broken
std::string round_trip_text(tox::Duration time);

}  // namespace purple_tox
