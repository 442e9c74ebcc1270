// SPDX-License-Identifier: GPL-3.0-or-later
// tox: links the desktop hands to the messenger. They open a dialog; nothing is ever sent without the user's click.
#pragma once

struct _PurplePlugin;

namespace purple_tox {

void watch_links(_PurplePlugin* plugin);  // libpurple stops it when the plugin is unloaded

}  // namespace purple_tox
