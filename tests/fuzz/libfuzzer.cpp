// SPDX-License-Identifier: GPL-3.0-or-later
// One target for libFuzzer; the build names it.
#include <cstring>

#include "tests/fuzz/target.hpp"
#include "tests/sim/dice.hpp"

namespace {

const tox::fuzz::Target& chosen() {
    for (const tox::fuzz::Target& target : tox::fuzz::targets())
        if (std::strcmp(target.name, FUZZ_TARGET) == 0) return target;
    tox::fuzz::promise(false, "there is a target called " FUZZ_TARGET);
    return tox::fuzz::targets().front();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const tox::fuzz::Target& target = chosen();
    tox::sim::seed_engines(1);  // an input does the same every time
    target.run({data, size});
    return 0;
}
