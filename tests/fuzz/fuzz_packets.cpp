// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: the first byte picks a packet type, the rest is the packet. Build with clang and -Dfuzzers=true.
#include "tests/fuzz/packets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const tox::ByteView input(data, size);
    tox::fuzz::targets[data[0] % tox::fuzz::targets.size()].run(input.subspan(1));
    return 0;
}
