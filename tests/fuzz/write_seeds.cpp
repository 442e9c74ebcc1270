// SPDX-License-Identifier: GPL-3.0-or-later
// write-seeds DIRECTORY: each target's first inputs, as files for libFuzzer in DIRECTORY/TARGET.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/fuzz/target.hpp"
#include "tests/sim/dice.hpp"

int main(int argc, char** argv) {
    if (argc != 2) return std::fputs("usage: write-seeds DIRECTORY\n", stderr), 2;
    for (const tox::fuzz::Target& target : tox::fuzz::targets()) {
        const std::filesystem::path folder = std::filesystem::path(argv[1]) / target.name;
        std::filesystem::create_directories(folder);
        tox::sim::seed_engines(1);
        unsigned number = 0;
        for (const tox::Bytes& seed : target.seeds()) {
            std::ofstream file(folder / ("seed" + std::to_string(number++)), std::ios::binary);
            file.write(reinterpret_cast<const char*>(seed.data()), static_cast<std::streamsize>(seed.size()));
            if (!file.flush()) return std::perror("write-seeds"), 1;
        }
    }
    return 0;
}
