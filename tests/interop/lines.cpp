// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/interop/lines.hpp"

#include <cstdio>
#include <ctime>
#include <stdexcept>

namespace interop {
namespace {

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    throw Refused{"syntax"};
}

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out.push_back(text[i]);
            continue;
        }
        if (i + 2 >= text.size()) throw Refused{"syntax"};
        out.push_back(static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])));
        i += 2;
    }
    return out;
}

void print(std::string_view instance, std::string_view rest) {
    std::printf("%lld %.*s %.*s\n", static_cast<long long>(now_us()), static_cast<int>(instance.size()),
                instance.data(), static_cast<int>(rest.size()), rest.data());
}

}  // namespace

const std::string& Command::text(std::string_view key) const {
    static const std::string none;
    const auto found = fields.find(key);
    return found == fields.end() ? none : found->second;
}

std::uint64_t Command::number(std::string_view key, std::uint64_t otherwise) const {
    const auto found = fields.find(key);
    if (found == fields.end()) return otherwise;
    try {
        return std::stoull(found->second);
    } catch (const std::logic_error&) {
        throw Refused{"badarg"};
    }
}

Command parse(std::string_view line) {
    Command command;
    for (int position = 0; !line.empty(); ++position) {
        const auto end = std::min(line.find(' '), line.size());
        const std::string_view word = line.substr(0, end);
        line.remove_prefix(std::min(end + 1, line.size()));
        const auto equals = std::min(word.find('='), word.size());
        if (position == 0) command.tag = word;
        if (position == 1) command.verb = word;
        if (position < 2) continue;
        command.fields.emplace(word.substr(0, equals), decoded(word.substr(std::min(equals + 1, word.size()))));
    }
    return command;
}

std::string encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte < 0x7f && c != '%') {
            out.push_back(c);
            continue;
        }
        char code[4];
        std::snprintf(code, sizeof code, "%%%02x", byte);
        out += code;
    }
    return out;
}

std::string hex(const std::uint8_t* bytes, std::size_t size) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (std::size_t i = 0; i < size; ++i) {
        out.push_back(digits[bytes[i] >> 4U]);
        out.push_back(digits[bytes[i] & 0xfU]);
    }
    return out;
}

std::string unhex(std::string_view text) {
    std::string out;
    if (text.size() % 2 != 0) throw Refused{"badarg"};
    for (std::size_t i = 0; i < text.size(); i += 2) {
        out.push_back(static_cast<char>(digit(text[i]) * 16 + digit(text[i + 1])));
    }
    return out;
}

std::string field(std::string_view key, std::string_view value) {
    return " " + std::string(key) + "=" + encoded(value);
}
std::string field(std::string_view key, std::uint64_t value) {
    return " " + std::string(key) + "=" + std::to_string(value);
}

std::int64_t now_us() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

void event(std::string_view instance, std::string_view name, const std::string& fields) {
    print(instance, "ev " + std::string(name) + fields);
}
void reply(std::string_view tag, bool good, const std::string& fields) {
    print("-", (good ? "ok " : "err ") + std::string(tag) + fields);
}

}  // namespace interop
