// SPDX-License-Identifier: GPL-3.0-or-later
// What opening a profile has found, as facts: whoever speaks to people makes sentences of them.
#pragma once

#include <string>

#include "engine/profile/profile_store.hpp"

namespace tox {

struct Opened {
    bool created = false;  // there was no profile; a new one was made
    ProfileStore::Source source = ProfileStore::Source::file;
    FileState file = FileState::whole;  // why the profile's own file is not the source, if it is not
    SaveRemarks remarks;                // what of the profile is not used, and whether that is kept
    bool queue_usable = true;           // false: unreadable, or a later version's; left alone, and nothing can be sent
    bool queue_damaged = false;         // what was whole in it is used, the file is kept aside
    bool requests_usable = true;        // as the queue; requests are not remembered then
    bool requests_damaged = false;      // nothing of it is used, the file is kept aside
};

enum class OpenError {
    unreadable,  // the file is there but cannot be read (or is not there, and none may be made); nothing was touched
    damaged,     // not a whole Tox profile, and no backup is one; nothing was touched
    encrypted,   // needs a passphrase (not yet offered)
    locked,      // another program uses this profile
    unwritable,  // a new profile could not be stored
};

struct OpenFault {
    OpenError error;
    FileState file = FileState::absent;
    FileState backup = FileState::absent;
    std::optional<std::size_t> remaining;  // damaged: contacts that Options::take_remains would save, if anything
    std::string reason;                    // in English, with the file's name or path
    operator OpenError() const { return error; }  // to be switched over
};

}  // namespace tox
