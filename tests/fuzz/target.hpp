// SPDX-License-Identifier: GPL-3.0-or-later
// What is fuzzed: one function for each door through which foreign bytes come in. The test in ./check and libFuzzer
// call the same functions.
#pragma once

#include <vector>

#include "engine/base/bytes.hpp"

namespace tox::fuzz {

struct Target {
    const char* name;
    // Ends the process if a promise is broken. True: the input got past the first checks.
    bool (*run)(ByteView input);
    // Inputs to begin with, written by the project's own writers: nothing is kept in the tree that could become stale.
    std::vector<Bytes> (*seeds)();
};

const std::vector<Target>& targets();  // all of this build

// The parts of it, each in the file named after it.
std::vector<Target> packet_targets();
std::vector<Target> stored_targets();
std::vector<Target> relay_targets();
std::vector<Target> session_targets();
std::vector<Target> engine_targets();
std::vector<Target> typed_targets();  // only with the plugin
std::vector<Target> option_targets();

void promise(bool kept, const char* what);  // prints and aborts if not

}  // namespace tox::fuzz
