// SPDX-License-Identifier: GPL-3.0-or-later
// A table of sentences, each with the case in which it is true. A new one is one line in a table.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "plugin/i18n.hpp"

namespace purple_tox {

template <class View>
struct Sentence {
    bool (*applies)(const View&);
    std::string (*text)(const View&);  // nullptr: the words are all there is to say
    const char* words;                 // not translated yet

    constexpr Sentence(bool (*when)(const View&), const char* plain) : applies(when), text(nullptr), words(plain) {}
    constexpr Sentence(bool (*when)(const View&), std::string (*render)(const View&))
        : applies(when), text(render), words(nullptr) {}

    std::string say(const View& view) const { return text ? text(view) : _(words); }
};

template <class View>
std::vector<std::string> true_ones(std::span<const Sentence<View>> table, const View& view) {
    std::vector<std::string> said;
    for (const auto& sentence : table)
        if (sentence.applies(view)) said.push_back(sentence.say(view));
    return said;
}

}  // namespace purple_tox
