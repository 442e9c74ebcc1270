// SPDX-License-Identifier: GPL-3.0-or-later
// Percent encoding of values in the driver's lines; both ends of the pipe use it.
#include "tests/purple/driver.hpp"

namespace host {

std::string percent_encoded(std::string_view text) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char letter : text) {
        const auto c = static_cast<unsigned char>(letter);
        if (c > 0x20 && c < 0x7f && c != '%') {
            out += static_cast<char>(c);
        } else {
            out += {'%', digits[c >> 4U], digits[c & 15U]};
        }
    }
    return out;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace host
