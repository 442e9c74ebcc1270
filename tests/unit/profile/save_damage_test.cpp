// SPDX-License-Identifier: GPL-3.0-or-later
// Saves that are cut, flipped, doubled or filled with nonsense: R5, R6, R7b and the rows B40-B48.
#include <gtest/gtest.h>

#include <set>

#include "engine/profile/save_records.hpp"
#include "tests/unit/profile/samples.hpp"

namespace tox {
namespace {

// Files are put together from sections, as another program might have written them.
void add_section(Bytes& file, std::uint16_t type, ByteView body, std::uint16_t cookie = section_cookie) {
    wire::write(file, SectionHead{{static_cast<std::uint32_t>(body.size())}, {type}, {cookie}});
    append(file, body);
}

Bytes head_of_a_save() { return wire::serialise(SaveHead{{0}, {save_magic}}); }

Bytes identity_of(const SavedProfile& profile) {
    Bytes body(profile.nospam.begin(), profile.nospam.end());
    append(body, samples::own_key(profile).raw());
    append(body, profile.secret.view());
    return body;
}

Bytes identity_only(const SavedProfile& profile) {
    Bytes file = head_of_a_save();
    add_section(file, 1, identity_of(profile));
    return file;
}

FriendRecord record(const RawKey& key, FriendState state = FriendState::confirmed) {
    FriendRecord record;
    record.key = key;
    record.state = static_cast<Byte>(state);
    return record;
}

Bytes with_friends(const SavedProfile& profile, const std::vector<FriendRecord>& records, ByteView tail = {}) {
    Bytes body;
    for (const FriendRecord& one : records) wire::write(body, one);
    append(body, tail);
    Bytes file = identity_only(profile);
    add_section(file, 3, body);
    add_section(file, 255, {});
    return file;
}

SaveFault fault_of(ByteView file) {
    const auto result = parse_save(file);
    EXPECT_FALSE(result);
    return result ? SaveFault::not_a_save : result.error();
}

std::set<std::size_t> borders_of(ByteView file) {  // behind the head, and behind each section
    std::set<std::size_t> borders{8};
    ByteView rest = file.subspan(8);
    SectionHead head;
    while (wire::read(rest, head)) {
        rest = rest.subspan(head.size.value);
        borders.insert(file.size() - rest.size());
    }
    return borders;
}

TEST(SaveDamage, B40_CutAtEveryByteIsNeverTakenForAWholeProfile) {
    SavedProfile profile = samples::profile();
    profile.other = {{20, {1, 2, 3}}};
    const Bytes file = serialise_save(profile);
    const auto borders = borders_of(file);
    std::size_t accepted = 0;
    for (std::size_t size = 0; size < file.size(); ++size) {
        const Bytes cut(file.begin(),
                        file.begin() + static_cast<std::ptrdiff_t>(size));  // own memory, for the sanitizer
        const auto result = parse_save(cut);
        if (!result) continue;
        ++accepted;
        EXPECT_TRUE(result->remarks.end_missing) << size;
        EXPECT_TRUE(borders.contains(size)) << size;
        EXPECT_TRUE(same(result->secret.view(), profile.secret.view()));
    }
    EXPECT_EQ(accepted, 7U);  // behind each of our seven sections
}

TEST(SaveDamage, B42_WhatPrecedesTheDamageCanBeRecovered) {
    const SavedProfile profile = samples::profile();
    const Bytes file = serialise_save(profile);
    for (const std::size_t border : borders_of(file)) {
        Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(border));
        cut.resize(cut.size() + 5, 0xEE);
        if (border == file.size()) continue;
        EXPECT_EQ(fault_of(cut), SaveFault::cut_short) << border;
        const auto recovered = recover_save(cut);
        if (border < 8 + 8 + 68) {
            EXPECT_FALSE(recovered);
            continue;
        }
        ASSERT_TRUE(recovered) << border;
        EXPECT_TRUE(same(recovered->secret.view(), profile.secret.view()));
    }
}

TEST(SaveDamage, B42_WrongInnerCookieAndLengthBeyondTheEnd) {
    const SavedProfile profile = samples::profile();
    Bytes file = identity_only(profile);
    add_section(file, 4, bytes_of("Alice"), 0x01CF);
    EXPECT_EQ(fault_of(file), SaveFault::cut_short);
    file = identity_only(profile);
    wire::write(file, SectionHead{{0xFFFFFFFF}, {4}, {section_cookie}});
    EXPECT_EQ(fault_of(file), SaveFault::cut_short);
    EXPECT_TRUE(recover_save(file));
}

TEST(SaveDamage, FlippedBytesNeverCrashNorChangeTheIdentityUnseen) {
    const SavedProfile profile = samples::profile();
    const Bytes file = serialise_save(profile);
    for (std::size_t at = 0; at < file.size(); ++at) {
        Bytes flipped = file;
        flipped[at] ^= 0xFF;
        const auto result = parse_save(flipped);
        EXPECT_TRUE(!result || same(result->secret.view(), profile.secret.view())) << at;
        recover_save(flipped);
    }
}

TEST(SaveDamage, B41_OtherFilesAreRefused) {
    EXPECT_EQ(fault_of({}), SaveFault::not_a_save);
    EXPECT_EQ(fault_of(bytes_of("\x89PNG\r\n\x1A\n")), SaveFault::not_a_save);
    EXPECT_EQ(fault_of(wire::serialise(SaveHead{{0}, {0x15ed1b1e}})), SaveFault::not_a_save);
    EXPECT_EQ(fault_of(wire::serialise(SaveHead{{1}, {save_magic}})), SaveFault::not_a_save);
    EXPECT_EQ(fault_of(bytes_of("toxEsave and then noise")), SaveFault::encrypted);
    EXPECT_EQ(fault_of(bytes_of("toxEsave")), SaveFault::encrypted);
    EXPECT_EQ(fault_of(bytes_of("toxEsav")), SaveFault::not_a_save);
}

TEST(SaveDamage, B44_DamagedIdentityIsRefused) {
    const SavedProfile profile = samples::profile();
    EXPECT_EQ(fault_of(head_of_a_save()), SaveFault::bad_identity);
    Bytes body = identity_of(profile);
    body[4] ^= 1;  // the public key
    Bytes file = head_of_a_save();
    add_section(file, 1, body);
    EXPECT_EQ(fault_of(file), SaveFault::bad_identity);
    for (const std::size_t size : {std::size_t{67}, std::size_t{69}}) {
        body = identity_of(profile);
        body.resize(size);
        file = head_of_a_save();
        add_section(file, 1, body);
        EXPECT_EQ(fault_of(file), SaveFault::bad_identity) << size;
    }
}

TEST(SaveDamage, B44_SecretKeyOfZeroIsRefused) {
    const SavedProfile zero;
    EXPECT_EQ(fault_of(identity_only(zero)), SaveFault::bad_identity);
}

TEST(SaveDamage, B43_MissingEndIsAcceptedAndTold) {
    const auto result = parse_save(identity_only(samples::profile()));
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->remarks.end_missing);
}

TEST(SaveDamage, ZerosBehindTheEndAreIgnored) {  // c-toxcore leaves up to 816
    const SavedProfile profile = samples::profile();
    Bytes file = serialise_save(profile);
    file.resize(file.size() + 816);
    const auto result = parse_save(file);
    ASSERT_TRUE(result);
    EXPECT_FALSE(result->remarks.end_missing);
    EXPECT_TRUE(samples::same_content(profile, *result));
}

TEST(SaveDamage, R5_OfScalarSectionsTheLastCounts) {
    const SavedProfile first = samples::profile();
    const SavedProfile last = samples::profile();
    Bytes file = identity_only(first);
    add_section(file, 4, bytes_of("first"));
    add_section(file, 4, bytes_of("last"));
    add_section(file, 1, identity_of(last));
    add_section(file, 255, {});
    const auto result = parse_save(file);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->name, "last");
    EXPECT_TRUE(same(result->secret.view(), last.secret.view()));
}

TEST(SaveDamage, R5_ListSectionsMergeWithoutDuplicates) {
    const SavedProfile profile = samples::profile();
    const Bytes whole = serialise_save(profile);
    Bytes doubled(whole.begin(), whole.end() - 8);  // without END
    append(doubled, ByteView(whole).subspan(8));    // without the head
    const auto result = parse_save(doubled);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->contacts, profile.contacts);
    EXPECT_EQ(result->dht_nodes, profile.dht_nodes);
    EXPECT_EQ(result->remarks.contacts_merged, 2U);
}

TEST(SaveDamage, B45_SameKeyTwiceIsMerged) {
    const SavedProfile profile = samples::profile();
    FriendRecord asked = record(samples::key(5).raw(), FriendState::requested);
    asked.request[0] = 'h';
    asked.request_size = 1;
    asked.last_seen = 5;
    FriendRecord met = record(samples::key(5).raw());
    met.name[0] = 'B';
    met.name_size = 1;
    const auto result = parse_save(with_friends(profile, {asked, met}));
    ASSERT_TRUE(result);
    ASSERT_EQ(result->contacts.size(), 1U);
    EXPECT_TRUE(result->contacts[0].accepted);
    EXPECT_EQ(result->contacts[0].name, "B");
    EXPECT_EQ(result->contacts[0].last_seen, WallTime(5s));
    EXPECT_EQ(result->remarks.contacts_merged, 1U);
}

TEST(SaveDamage, B45_PartialRecordIsDroppedAloneAndTold) {
    const Bytes tail(2215, 3);
    const auto result = parse_save(with_friends(samples::profile(), {record(samples::key(5).raw())}, tail));
    ASSERT_TRUE(result);
    EXPECT_EQ(result->contacts.size(), 1U);
    EXPECT_EQ(result->remarks.contacts_partial, 1U);
}

TEST(SaveDamage, B45_LengthsAreClampedAndUnknownStatesAreRequests) {
    FriendRecord odd = record(samples::key(5).raw());
    odd.state = 255;
    odd.name[0] = 'x';
    odd.name_size = 65535;
    odd.status_message_size = 65535;
    odd.request_size = 65535;
    odd.status = 255;
    odd.last_seen = ~std::uint64_t{0};
    const auto result = parse_save(with_friends(samples::profile(), {odd}));
    ASSERT_TRUE(result);
    ASSERT_EQ(result->contacts.size(), 1U);
    const SavedContact& contact = result->contacts[0];
    EXPECT_FALSE(contact.accepted);
    EXPECT_EQ(contact.name, "x");
    EXPECT_EQ(contact.status_message, "");
    EXPECT_EQ(contact.request_message, "");
    EXPECT_EQ(contact.status, UserStatus::online);
    EXPECT_EQ(contact.last_seen, std::nullopt);
}

TEST(SaveDamage, B45_OwnKeyIsDroppedFreeSlotsAreNothing) {
    const SavedProfile profile = samples::profile();
    const auto result =
        parse_save(with_friends(profile, {record(samples::own_key(profile).raw()), record({}, FriendState::free),
                                          record(samples::key(5).raw())}));
    ASSERT_TRUE(result);
    EXPECT_EQ(result->contacts.size(), 1U);
    EXPECT_EQ(result->remarks.contacts_self, 1U);
    EXPECT_EQ(result->remarks.contacts_unused, 0U);
}

TEST(SaveDamage, R7b_RecordsWithKeysThatAreNoneAreKeptVerbatim) {
    RawKey high{};
    high.fill(0xFF);
    FriendRecord odd = record(high);
    odd.name[0] = 'x';
    odd.name_size = 1;
    const auto result = parse_save(with_friends(samples::profile(), {record({}), odd, record(samples::key(5).raw())}));
    ASSERT_TRUE(result);
    EXPECT_EQ(result->contacts.size(), 1U);
    EXPECT_EQ(result->remarks.contacts_unused, 2U);
    const auto again = parse_save(serialise_save(*result));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->unused_contacts, result->unused_contacts);
    EXPECT_EQ(again->unused_contacts.size(), 2U * 2216U);
    EXPECT_TRUE(samples::same_content(*result, *again));
}

TEST(SaveDamage, B46_ContactsBeyondTheLimitAreKeptButNotUsed) {
    std::vector<FriendRecord> many;
    for (std::uint32_t i = 0; i < max_saved_contacts + 3; ++i) many.push_back(record(samples::key(i).raw()));
    const auto result = parse_save(with_friends(samples::profile(), many));
    ASSERT_TRUE(result);
    EXPECT_EQ(result->contacts.size(), max_saved_contacts);
    EXPECT_EQ(result->remarks.contacts_unused, 3U);
    const auto again = parse_save(serialise_save(*result));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->unused_contacts, result->unused_contacts);
}

// B46: what is not loaded costs no memory; who keeps the file knows that there is more.
TEST(SaveDamage, B46_OfFarTooManyContactsTheRestIsOnlyCounted) {
    std::vector<FriendRecord> many;
    constexpr std::uint32_t extra = 100;
    for (std::uint32_t i = 0; i < max_saved_contacts + max_unused_contacts + extra; ++i)
        many.push_back(record(samples::key(i).raw()));
    const auto result = parse_save(with_friends(samples::profile(), many));
    ASSERT_TRUE(result);
    EXPECT_EQ(result->contacts.size(), max_saved_contacts);
    EXPECT_EQ(result->unused_contacts.size(), max_unused_contacts * 2216);
    EXPECT_EQ(result->remarks.contacts_left_out, extra);
    EXPECT_FALSE(result->remarks.complete());
}

TEST(SaveDamage, R6_CountlessEmptySectionsCostNoMemory) {
    Bytes file = identity_only(samples::profile());
    for (std::size_t i = 0; i < 100'000; ++i) add_section(file, 0x7777, {});
    const auto result = parse_save(file);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->other.size(), max_other_sections);
    EXPECT_EQ(result->remarks.sections_left_out, 100'000 - max_other_sections);
}

// The same few nodes again and again: the list ends, instead of comparing each with all that are known.
TEST(SaveDamage, R6_ANodeListThatRepeatsItselfEnds) {
    const auto with_nodes = [](std::size_t repeats) {
        Bytes packed;
        for (std::size_t i = 0; i < repeats; ++i) wire::write_packed(packed, {wire::Transport::udp, samples::node(1)});
        wire::write_packed(packed, {wire::Transport::udp, samples::node(2)});
        Bytes body;
        wire::Field<Little<std::uint32_t>>::write(body, {dht_magic});
        add_section(body, dht_nodes_section, packed, dht_cookie);
        Bytes file = identity_only(samples::profile());
        add_section(file, 2, body);
        return parse_save(file)->dht_nodes.size();
    };
    EXPECT_EQ(with_nodes(100), 2U);
    EXPECT_EQ(with_nodes(100'000), 1U);
}

TEST(SaveDamage, B47_LongOwnNameIsCut) {
    Bytes file = identity_only(samples::profile());
    add_section(file, 4, Bytes(4000, 'n'));
    add_section(file, 5, Bytes(4000, 's'));
    add_section(file, 6, {});
    const auto result = parse_save(file);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->name.size(), max_name);
    EXPECT_EQ(result->status_message.size(), max_status_message);
}

TEST(SaveDamage, B48_BadNodesAreLeftOutAlone) {
    Node no_port = samples::node(1);
    no_port.endpoint.port = 0;
    Bytes packed;
    wire::write_packed(packed, {wire::Transport::udp, no_port});
    wire::write_packed(packed, {wire::Transport::tcp, samples::node(2)});
    wire::write_packed(packed, {wire::Transport::udp, samples::node(3)});
    packed.push_back(255);  // a family nobody knows: where the next node begins is unknown too
    packed.resize(packed.size() + 60);
    Bytes body;
    wire::Field<Little<std::uint32_t>>::write(body, {dht_magic});
    add_section(body, dht_nodes_section, packed, dht_cookie);
    Bytes file = identity_only(samples::profile());
    add_section(file, 2, body);
    add_section(file, 2, bytes_of("xy"));  // no DHT section at all
    const auto result = parse_save(file);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->dht_nodes, std::vector<Node>{samples::node(3)});
}

}  // namespace
}  // namespace tox
