// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/target.hpp"

namespace tox::fuzz {

const std::vector<Target>& targets() {
    static const std::vector<Target> all = [] {
        std::vector<Target> found;
        for (const auto part :
             {packet_targets, stored_targets, relay_targets, session_targets, engine_targets, option_targets,
#ifdef FUZZ_PLUGIN
              typed_targets
#endif
             }) {
            const auto more = part();
            found.insert(found.end(), more.begin(), more.end());
        }
        return found;
    }();
    return all;
}

void promise(bool kept, const char* what) {
    if (kept) return;
    std::fprintf(stderr, "a promise is broken: %s\n", what);
    std::abort();
}

}  // namespace tox::fuzz
