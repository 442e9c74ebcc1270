// SPDX-License-Identifier: GPL-3.0-or-later
// Looking for words in what "Explain connection" says.
#pragma once

#include <algorithm>

#include "plugin/explain.hpp"

namespace purple_tox {

inline bool says(const Sentences& sentences, const char* part) {
    return std::any_of(sentences.begin(), sentences.end(),
                       [&](const std::string& sentence) { return sentence.find(part) != std::string::npos; });
}

inline std::string all(const Sentences& sentences) {
    std::string text;
    for (const std::string& sentence : sentences) text += "\n  " + sentence;
    return text;
}

}  // namespace purple_tox
