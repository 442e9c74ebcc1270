// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: a profile file. What is accepted can be written and read again. Build with clang and
// -Dfuzzers=true.
#include <cstdlib>

#include "engine/profile/save_format.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const tox::ByteView input(data, size);
    tox::recover_save(input);
    const auto profile = tox::parse_save(input);
    if (profile && !tox::parse_save(tox::serialise_save(*profile))) std::abort();
    return 0;
}
