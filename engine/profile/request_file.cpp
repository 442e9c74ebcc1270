// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/profile/request_file.hpp"

#include <algorithm>

#include "engine/messenger/text.hpp"
#include "engine/profile/files.hpp"
#include "engine/profile/sane_time.hpp"
#include "engine/profile/sealed_file.hpp"
#include "engine/wire/codec.hpp"

namespace tox {
namespace {

constexpr FileMagic request_magic = {'T', 'x', 'R', '1'};

struct CountRecord {
    std::uint16_t waiting = 0;  // records that follow, then the declined keys to the end
    static constexpr auto fields() { return std::tuple{&CountRecord::waiting}; }
};

struct WaitingHead {
    LongTermKey from;
    std::uint64_t received = 0;  // unix seconds
    std::uint16_t size = 0;      // of the message that follows
    static constexpr auto fields() {
        return std::tuple{&WaitingHead::from, &WaitingHead::received, &WaitingHead::size};
    }
};

struct DeclinedRecord {
    LongTermKey key;
    static constexpr auto fields() { return std::tuple{&DeclinedRecord::key}; }
};

bool read_waiting(ByteView& in, std::vector<WaitingRequest>& waiting) {
    WaitingHead head;
    if (!wire::read(in, head) || in.size() < head.size) return false;
    const WallTime received = sane_time(head.received).value_or(WallTime());
    waiting.push_back({head.from, text_of(in.first(head.size)), received});
    in = in.subspan(head.size);
    return true;
}

}  // namespace

bool RequestFile::read_file(ByteView file) {
    const auto body = unseal_file(request_magic, file);
    if (!body) return false;
    ByteView in = *body;
    std::vector<WaitingRequest> waiting;
    std::vector<LongTermKey> declined;
    CountRecord count;
    if (!wire::read(in, count) || count.waiting > max_waiting) return false;
    for (unsigned i = 0; i < count.waiting; ++i)
        if (!read_waiting(in, waiting)) return false;
    DeclinedRecord record;
    while (!in.empty() && declined.size() < max_declined) {
        if (!wire::read(in, record)) return false;
        declined.push_back(record.key);
    }
    waiting_ = std::move(waiting);
    declined_ = std::move(declined);
    return true;
}

Bytes RequestFile::file() const {
    Bytes body;
    wire::write(body, CountRecord{static_cast<std::uint16_t>(waiting_.size())});
    for (const WaitingRequest& request : waiting_) {
        wire::write(body, WaitingHead{request.from, unix_seconds(request.received),
                                      static_cast<std::uint16_t>(request.message.size())});
        append(body, bytes_of(request.message));
    }
    for (const LongTermKey& key : declined_) wire::write(body, DeclinedRecord{key});
    return seal_file(request_magic, body);
}

bool RequestFile::load(Storage& storage) {
    Bytes bytes;
    const auto read = storage.read(files::requests, bytes);
    readable_ = read != Storage::Read::failed && !is_later_version(request_magic, bytes);
    if (!readable_) return false;
    was_damaged_ = read == Storage::Read::good && !read_file(bytes);
    if (was_damaged_) damaged_ = std::move(bytes);
    return true;
}

bool RequestFile::save(Storage& storage) {
    if (!changed_) return true;
    if (!readable_) return false;
    if (!damaged_.empty() && !files::set_aside(storage, files::requests, damaged_)) return false;
    damaged_.clear();
    if (!storage.replace(files::requests, file())) return false;
    changed_ = false;
    return true;
}

const WaitingRequest* RequestFile::find(const LongTermKey& from) const {
    const auto found =
        std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& one) { return one.from == from; });
    return found == waiting_.end() ? nullptr : &*found;
}

bool RequestFile::add(WaitingRequest request) {
    if (is_declined(request.from)) return false;
    request.message = cut_utf8(request.message, max_message);
    const auto same_key = [&](const auto& one) { return one.from == request.from; };
    const auto known = std::find_if(waiting_.begin(), waiting_.end(), same_key);
    if (known != waiting_.end() && known->message == request.message) return true;  // a repeated packet costs no write
    changed_ = true;
    if (known != waiting_.end()) {
        *known = std::move(request);
        return true;
    }
    if (waiting_.size() == max_waiting) waiting_.erase(waiting_.begin());
    waiting_.push_back(std::move(request));
    return true;
}

bool RequestFile::remove(const LongTermKey& from) {
    const bool removed = std::erase_if(waiting_, [&](const auto& one) { return one.from == from; }) > 0;
    changed_ = changed_ || removed;
    return removed;
}

void RequestFile::decline(const LongTermKey& from) {
    remove(from);
    if (is_declined(from)) return;
    if (declined_.size() == max_declined) declined_.erase(declined_.begin());
    declined_.push_back(from);
    changed_ = true;
}

bool RequestFile::is_declined(const LongTermKey& from) const {
    return std::find(declined_.begin(), declined_.end(), from) != declined_.end();
}

void RequestFile::allow(const LongTermKey& from) { changed_ = std::erase(declined_, from) > 0 || changed_; }

}  // namespace tox
