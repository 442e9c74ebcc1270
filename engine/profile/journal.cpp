// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/profile/journal.hpp"

#include "engine/wire/codec.hpp"

namespace tox::journal {
namespace {

constexpr ByteArray<4> mark = {'T', 'x', 'Q', '1'};

struct Frame {
    ByteArray<4> mark{};
    std::uint32_t size = 0;
    ByteArray<8> check{};
    static constexpr auto fields() { return std::tuple{&Frame::mark, &Frame::size, &Frame::check}; }
};
static_assert(wire::size_of<Frame> == overhead);

ByteArray<8> check_of(ByteView payload) {
    ByteArray<8> check{};
    const auto hash = sha256(payload);
    std::copy_n(hash.begin(), check.size(), check.begin());
    return check;
}

bool is_later(ByteView in) {
    return in.size() >= mark.size() && std::equal(mark.begin(), mark.end() - 1, in.begin()) &&
           in[mark.size() - 1] > mark.back();
}

}  // namespace

void write(Bytes& out, ByteView payload) {
    wire::write(out, Frame{mark, static_cast<std::uint32_t>(payload.size()), check_of(payload)});
    append(out, payload);
}

// Takes a whole record off the front, or nothing at all.
std::optional<ByteView> Reader::take_record() {
    ByteView rest = rest_;
    Frame frame;
    if (!wire::read(rest, frame) || frame.mark != mark) return std::nullopt;
    if (frame.size == 0 || frame.size > std::min(rest.size(), max_payload)) return std::nullopt;
    const ByteView payload = rest.first(frame.size);
    if (check_of(payload) != frame.check) {
        hashed_in_vain_ += frame.size;
        return std::nullopt;
    }
    rest_ = rest.subspan(frame.size);
    return payload;
}

std::optional<ByteView> Reader::next() {
    if (is_later(rest_)) later_version_ = true;
    bool lost = false;
    while (!rest_.empty() && !later_version_) {
        if (const auto payload = take_record()) {
            damaged_ = damaged_ || lost;
            return payload;
        }
        lost = torn_ = true;
        if (hashed_in_vain_ > patience_) {
            damaged_ = true;
            rest_ = {};
            break;
        }
        const auto found = std::search(rest_.begin() + 1, rest_.end(), mark.begin(), mark.end());
        rest_ = rest_.subspan(static_cast<std::size_t>(found - rest_.begin()));
    }
    return std::nullopt;
}

}  // namespace tox::journal
