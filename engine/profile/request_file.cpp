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

constexpr FileMagic request_magic = {'T', 'x', 'R', '2'};
constexpr FileMagic first_magic = {'T', 'x', 'R', '1'};  // knew keys declined for good only, and had no times

struct CountRecord {
    std::uint16_t waiting = 0;  // records that follow, then those of the declined to the end
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

struct DeclinedKey {
    LongTermKey key;
    static constexpr auto fields() { return std::tuple{&DeclinedKey::key}; }
};

struct DeclinedRecord {
    LongTermKey key;
    std::uint64_t until = 0;  // unix seconds; 0: for good
    static constexpr auto fields() { return std::tuple{&DeclinedRecord::key, &DeclinedRecord::until}; }
};

bool read_declined(ByteView& in, DeclinedRecord& record, bool with_times) {
    if (with_times) return wire::read(in, record);
    DeclinedKey only;
    const bool read = wire::read(in, only);
    record = {only.key, 0};
    return read;
}

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
    auto body = unseal_file(request_magic, file);
    const bool with_times = body.has_value();
    if (!with_times) body = unseal_file(first_magic, file);
    if (!body) return false;
    ByteView in = *body;
    std::vector<WaitingRequest> waiting;
    std::vector<Declined> declined;
    CountRecord count;
    if (!wire::read(in, count) || count.waiting > max_waiting) return false;
    for (unsigned i = 0; i < count.waiting; ++i)
        if (!read_waiting(in, waiting)) return false;
    DeclinedRecord record;
    while (!in.empty() && declined.size() < max_declined) {
        if (!read_declined(in, record, with_times)) return false;
        declined.push_back({record.key, {}});
        if (record.until != 0) declined.back().until = WallTime(std::chrono::seconds(record.until));
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
    for (const Declined& one : declined_)
        wire::write(body, DeclinedRecord{one.key, one.until ? unix_seconds(*one.until) : 0});
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
    if (const Declined* known = find_declined(request.from); known != nullptr && !known->until) return false;
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

const RequestFile::Declined* RequestFile::find_declined(const LongTermKey& from) const {
    const auto found =
        std::find_if(declined_.begin(), declined_.end(), [&](const auto& one) { return one.key == from; });
    return found == declined_.end() ? nullptr : &*found;
}

void RequestFile::note_declined(const Declined& declined) {
    std::erase_if(declined_, [&](const auto& one) { return one.key == declined.key; });
    const auto for_now_only = [](const auto& one) { return one.until.has_value(); };
    if (declined_.size() == max_declined) {
        const auto oldest = std::find_if(declined_.begin(), declined_.end(), for_now_only);
        declined_.erase(oldest != declined_.end() ? oldest : declined_.begin());
    }
    declined_.push_back(declined);
    changed_ = true;
}

void RequestFile::decline(const LongTermKey& from) {
    remove(from);
    const Declined* known = find_declined(from);
    if (known == nullptr || known->until) note_declined({from, {}});
}

void RequestFile::decline_for_now(const LongTermKey& from, WallTime now) {
    remove(from);
    const Declined* known = find_declined(from);
    if (known == nullptr || known->until) note_declined({from, now + for_now});
}

// A time further ahead than it can have been set was written under another clock: it means nothing.
bool RequestFile::is_declined(const LongTermKey& from, WallTime now) const {
    const Declined* known = find_declined(from);
    if (known == nullptr) return false;
    return !known->until || (now < *known->until && *known->until <= now + for_now);
}

std::vector<LongTermKey> RequestFile::declined() const {
    std::vector<LongTermKey> keys;
    for (const Declined& one : declined_)
        if (!one.until) keys.push_back(one.key);
    return keys;
}

void RequestFile::allow(const LongTermKey& from) {
    changed_ = std::erase_if(declined_, [&](const auto& one) { return one.key == from; }) > 0 || changed_;
}

}  // namespace tox
