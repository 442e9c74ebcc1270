// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace tox {
namespace {

void print_and_abort(const char* what, SourcePlace where) {
    std::fprintf(stderr, "%s:%u: check failed: %s\n", where.file, where.line, what);
    std::abort();
}

CheckFailed g_handler = print_and_abort;

}  // namespace

void set_check_failed(CheckFailed handler) { g_handler = handler; }

void check_failed(const char* what, SourcePlace where) { g_handler(what, where); }

}  // namespace tox
