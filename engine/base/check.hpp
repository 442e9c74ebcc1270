// SPDX-License-Identifier: GPL-3.0-or-later
// One check for our own bugs (never for what a peer or user did). In tests and simulation it aborts; inside
// somebody's Pidgin it logs and the function returns safely.
#pragma once

#include <source_location>

namespace tox {

using CheckFailed = void (*)(const char* what, const std::source_location& where);

void set_check_failed(CheckFailed handler);  // default: print and abort
void check_failed(const char* what, const std::source_location& where = std::source_location::current());

}  // namespace tox

// Use as: TOX_CHECK(cond) or return value-less; TOX_CHECK_OR(cond, fallback) returns the fallback.
#define TOX_CHECK(condition)                 \
    do {                                     \
        if (!(condition)) {                  \
            ::tox::check_failed(#condition); \
            return;                          \
        }                                    \
    } while (false)
#define TOX_CHECK_OR(condition, fallback)    \
    do {                                     \
        if (!(condition)) {                  \
            ::tox::check_failed(#condition); \
            return fallback;                 \
        }                                    \
    } while (false)
