// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/boundary.hpp"

#include <cstdarg>

namespace purple_tox {

void report_exception(const char* what) noexcept { g_critical("purple-tox: uncaught in a callback: %s", what); }

std::string format(const char* pattern, ...) {
    va_list arguments;
    va_start(arguments, pattern);
    const Owned<> text(g_strdup_vprintf(pattern, arguments));
    va_end(arguments);
    return text.get();
}

}  // namespace purple_tox
