// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/relay/known_relays.hpp"

#include <algorithm>

#include "engine/crypto/random.hpp"

namespace tox {
namespace {

using Record = KnownRelays::Record;

constexpr std::size_t port_classes = 3;

// What firewalls let through most often comes first (the habit of relays: 443, 3389, 33445; notes 3.5).
std::size_t port_class(const Record& record) {
    const std::uint16_t port = std::visit([](const auto& to) { return to.port; }, record.address());
    if (port == 443) return 0;
    return port == 80 || port == 3389 ? 1 : 2;
}

// Which to lose sooner, and to try later.
bool worse(const Record& a, const Record& b) {
    if (a.connected != b.connected) return b.connected;
    if (a.failures != b.failures) return a.failures > b.failures;
    if (a.worked.has_value() != b.worked.has_value()) return b.worked.has_value();
    return a.worked != b.worked ? *a.worked < *b.worked : port_class(a) > port_class(b);
}

// From each class one, in turn; the order within a class stays.
std::vector<DhtKey> by_turns(const std::array<std::vector<DhtKey>, port_classes>& classes) {
    std::vector<DhtKey> all;
    bool more = true;
    for (std::size_t i = 0; std::exchange(more, false); ++i)
        for (const auto& relays : classes) {
            if (i >= relays.size()) continue;
            all.push_back(relays[i]);
            more = true;
        }
    return all;
}

Duration pause_after(const Record& record, Instant now) {
    constexpr unsigned enough = 9;  // doublings, to be beyond the longest
    const bool fresh = record.proven && now < *record.proven + KnownRelays::fresh_for;
    const Duration most = fresh ? KnownRelays::longest_pause_while_fresh : KnownRelays::longest_pause;
    const Duration pause = KnownRelays::first_pause * (1U << std::min(record.failures - 1, enough));
    return std::max<Duration>(KnownRelays::first_pause, jittered(std::min(pause, most)));
}

}  // namespace

void KnownRelays::add(const DhtKey& relay, const StreamAddress& address, Instant now) {
    const auto any_named = [](const Record& record) { return record.named_by.has_value(); };
    if (!records_.contains(relay) && records_.size() >= capacity && !lose_worst(any_named))
        lose_worst([](const Record&) { return true; });
    Record& record = records_[relay];
    record.named_by.reset();
    add_address(record, address, now);
}

void KnownRelays::add_named(const DhtKey& relay, const Endpoint& address, const DhtKey& peer, Instant now) {
    const auto known = records_.find(relay);
    if (known != records_.end()) {
        if (known->second.addresses.size() < most_addresses) add_address(known->second, address, now);
        return;
    }
    const auto by_same = [&](const Record& record) { return record.named_by == peer; };
    const auto by_any = [](const Record& record) { return record.named_by.has_value(); };
    const auto count =
        std::count_if(records_.begin(), records_.end(), [&](const auto& item) { return by_same(item.second); });
    if (static_cast<std::size_t>(count) >= most_named_by_one)
        lose_worst(by_same);
    else if (records_.size() >= capacity && !lose_worst(by_any))
        return;
    Record& record = records_[relay];
    record.named_by = peer;
    add_address(record, address, now);
}

// False: there is none of that kind.
template <class Which>
bool KnownRelays::lose_worst(Which which) {
    auto worst = records_.end();
    for (auto entry = records_.begin(); entry != records_.end(); ++entry)
        if (which(entry->second) && (worst == records_.end() || worse(entry->second, worst->second))) worst = entry;
    if (worst == records_.end()) return false;
    records_.erase(worst);
    return true;
}

// A further address is tried next when the present one has failed. The one that worked is never given up for it.
void KnownRelays::add_address(Record& record, const StreamAddress& address, Instant now) {
    auto& addresses = record.addresses;
    if (std::find(addresses.begin(), addresses.end(), address) != addresses.end()) return;
    if (addresses.size() == most_addresses) addresses.pop_back();
    addresses.push_back(address);
    record.turn = std::min(record.turn, addresses.size() - 1);
    if (record.failures == 0 || record.connected) return;
    record.turn = addresses.size() - 1;
    record.retry = std::min(record.retry, std::max(now, record.tried + first_pause));
}

bool KnownRelays::is_own(const DhtKey& relay) const {
    const Record* record = find(relay);
    return record != nullptr && !record->named_by;
}

const KnownRelays::Record* KnownRelays::find(const DhtKey& relay) const {
    const auto known = records_.find(relay);
    return known == records_.end() ? nullptr : &known->second;
}

bool KnownRelays::may_try(const DhtKey& relay, Instant now) const {
    const Record* record = find(relay);
    return record != nullptr && record->retry <= now;
}

void KnownRelays::tried(const DhtKey& relay, Instant now) {
    const auto known = records_.find(relay);
    if (known == records_.end()) return;
    known->second.tried = now;
    known->second.retry = now + first_pause;
}

void KnownRelays::connected(const DhtKey& relay, Instant now) {
    const auto known = records_.find(relay);
    if (known == records_.end()) return;
    Record& record = known->second;
    std::rotate(record.addresses.begin(), record.addresses.begin() + static_cast<std::ptrdiff_t>(record.turn),
                record.addresses.begin() + static_cast<std::ptrdiff_t>(record.turn) + 1);
    record.turn = 0;
    record.worked = now;
    record.connected = true;
}

// A relay that takes us and drops us again and again is as bad as one that does not answer.
void KnownRelays::failed(const DhtKey& relay, Instant now) {
    const auto known = records_.find(relay);
    if (known == records_.end()) return;
    Record& record = known->second;
    if (std::exchange(record.connected, false)) {
        if (now >= *record.worked + proven_after) {
            record.failures = 0;
            record.proven = now;
        }
        record.worked = now;
    } else {
        record.turn = (record.turn + 1) % record.addresses.size();
    }
    ++record.failures;
    record.retry = now + pause_after(record, now);
}

void KnownRelays::rested(const DhtKey& relay, Instant until, Instant now) {
    const auto known = records_.find(relay);
    if (known == records_.end()) return;
    Record& record = known->second;
    if (std::exchange(record.connected, false)) record.worked = now;
    record.retry = std::max(record.retry, until);
}

void KnownRelays::forget_pauses(const DhtKey* but) {
    for (auto& [relay, record] : records_) {
        if (but != nullptr && relay == *but) continue;
        record.failures = 0;
        record.retry = record.tried == Instant{} ? Instant{} : record.tried + first_pause;
    }
}

std::vector<DhtKey> KnownRelays::candidates(Instant now) const {
    std::vector<DhtKey> order;
    for (const auto& [relay, record] : records_)
        if (record.retry <= now && !record.connected) order.push_back(relay);
    std::sort(order.begin(), order.end());  // not by the table's secret hash: the same chances each time
    shuffle(order);                         // equal ones share the load
    std::stable_sort(order.begin(), order.end(),
                     [&](const DhtKey& a, const DhtKey& b) { return worse(records_.at(b), records_.at(a)); });
    std::array<std::vector<DhtKey>, port_classes> untried;
    std::vector<DhtKey> proven, failed, named;
    for (const DhtKey& relay : order) {
        const Record& record = records_.at(relay);
        if (record.named_by)
            named.push_back(relay);
        else if (record.failures > 0)
            failed.push_back(relay);
        else
            (record.worked ? proven : untried[port_class(record)]).push_back(relay);
    }
    for (const auto& more : {by_turns(untried), failed, named}) proven.insert(proven.end(), more.begin(), more.end());
    return proven;
}

Instant KnownRelays::next_retry(Instant now) const {
    Instant next = never;
    for (const auto& [relay, record] : records_)
        if (record.retry > now && !record.connected) next = std::min(next, record.retry);
    return next;
}

std::optional<Endpoint> endpoint_of(const KnownRelays::Record& record) {
    for (const StreamAddress& address : record.addresses)
        if (const auto* endpoint = std::get_if<Endpoint>(&address)) return *endpoint;
    return std::nullopt;
}

std::vector<Relay> KnownRelays::worth_saving() const {
    std::vector<std::pair<Instant, Relay>> worked;
    for (const auto& [relay, record] : records_)
        if (const auto endpoint = endpoint_of(record); endpoint && record.worked && !record.named_by)
            worked.push_back({record.connected ? never : *record.worked, {relay, *endpoint}});
    std::sort(worked.begin(), worked.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second.key < b.second.key;
    });
    std::vector<Relay> relays;
    for (auto& [when, relay] : worked) relays.push_back(std::move(relay));
    return relays;
}

}  // namespace tox
