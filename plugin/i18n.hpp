// SPDX-License-Identifier: GPL-3.0-or-later
// _() and its relatives, in the text domain of this plugin and not of the program it is loaded into.
#pragma once

#ifndef GETTEXT_PACKAGE
#define GETTEXT_PACKAGE "purple-tox"
#endif
#include <glib/gi18n-lib.h>

namespace purple_tox {

inline const char* plural(const char* one, const char* many, unsigned count) {
    return g_dngettext(GETTEXT_PACKAGE, one, many, count);
}

}  // namespace purple_tox
