// SPDX-License-Identifier: GPL-3.0-or-later
// One check for our own bugs (never for what a peer or user did). In tests and simulation it aborts; inside
// somebody's Pidgin it logs and the function returns safely.
#pragma once

namespace tox {

// Not std::source_location: clang 14 does not offer it with the standard library of g++ 12.
struct SourcePlace {
    const char* file;
    unsigned line;
};

using CheckFailed = void (*)(const char* what, SourcePlace where);

void set_check_failed(CheckFailed handler);  // default: print and abort
void check_failed(const char* what, SourcePlace where);

}  // namespace tox

// Use as: TOX_CHECK(cond) or return value-less; TOX_CHECK_OR(cond, fallback) returns the fallback.
#define TOX_CHECK(condition)                                       \
    do {                                                           \
        if (!(condition)) {                                        \
            ::tox::check_failed(#condition, {__FILE__, __LINE__}); \
            return;                                                \
        }                                                          \
    } while (false)
#define TOX_CHECK_OR(condition, fallback)                          \
    do {                                                           \
        if (!(condition)) {                                        \
            ::tox::check_failed(#condition, {__FILE__, __LINE__}); \
            return fallback;                                       \
        }                                                          \
    } while (false)
