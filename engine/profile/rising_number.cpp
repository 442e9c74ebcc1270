// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/profile/rising_number.hpp"

#include "engine/profile/files.hpp"
#include "engine/wire/codec.hpp"

namespace tox {
namespace {

struct CounterRecord {
    ByteArray<4> magic = {'T', 'x', 'C', '1'};
    std::uint64_t bound = 0;  // no number above it was handed out
    static constexpr auto fields() { return std::tuple{&CounterRecord::magic, &CounterRecord::bound}; }
};

}  // namespace

bool RisingNumber::load() {
    Bytes file;
    const auto read = storage_.read(files::counter, file);
    if (read == Storage::Read::absent) return true;
    const auto record = wire::parse<CounterRecord>(file);
    if (read == Storage::Read::failed || !record || record->magic != CounterRecord().magic) return false;
    last_ = reserved_ = record->bound;
    return true;
}

std::uint64_t RisingNumber::next(WallTime wall) {
    const std::uint64_t clock = unix_seconds(wall);
    last_ = std::max(last_ + 1, clock);
    const auto ahead = static_cast<std::uint64_t>(reserve.count());
    if (last_ > reserved_ && store(last_ + ahead)) reserved_ = last_ + ahead;
    return last_;
}

bool RisingNumber::settle() {
    if (last_ == reserved_ || last_ == 0) return true;
    if (!store(last_)) return false;
    reserved_ = last_;
    return true;
}

bool RisingNumber::store(std::uint64_t bound) {
    CounterRecord record;
    record.bound = bound;
    return storage_.replace(files::counter, wire::serialise(record));
}

}  // namespace tox
