// SPDX-License-Identifier: GPL-3.0-or-later
// Our saves in the real libtoxcore, and its saves in ours. No network: nothing here ever iterates.
#include <gtest/gtest.h>
#include <tox/tox.h>

#include <memory>

#include "tests/unit/profile/samples.hpp"

namespace tox {
namespace {

struct ToxGone {
    void operator()(Tox* tox) const { tox_kill(tox); }
};
using Toxcore = std::unique_ptr<Tox, ToxGone>;

struct OptionsGone {
    void operator()(Tox_Options* options) const { tox_options_free(options); }
};

Toxcore toxcore_with(ByteView save) {
    const std::unique_ptr<Tox_Options, OptionsGone> options(tox_options_new(nullptr));
    tox_options_set_udp_enabled(options.get(), false);
    tox_options_set_local_discovery_enabled(options.get(), false);
    if (!save.empty()) {
        tox_options_set_savedata_type(options.get(), TOX_SAVEDATA_TYPE_TOX_SAVE);
        tox_options_set_savedata_data(options.get(), save.data(), save.size());
    }
    Tox_Err_New error = TOX_ERR_NEW_OK;
    Toxcore tox(tox_new(options.get(), &error));
    EXPECT_EQ(error, TOX_ERR_NEW_OK);
    return tox;
}

Bytes save_of(const Toxcore& tox) {
    Bytes save(tox_get_savedata_size(tox.get()));
    tox_get_savedata(tox.get(), save.data());
    return save;
}

RawKey friend_key(const Toxcore& tox, std::uint32_t number) {
    RawKey key{};
    tox_friend_get_public_key(tox.get(), number, key.data(), nullptr);
    return key;
}

std::string friend_name(const Toxcore& tox, std::uint32_t number) {
    std::string name(tox_friend_get_name_size(tox.get(), number, nullptr), '\0');
    tox_friend_get_name(tox.get(), number, reinterpret_cast<std::uint8_t*>(name.data()), nullptr);
    return name;
}

std::string friend_status_message(const Toxcore& tox, std::uint32_t number) {
    std::string text(tox_friend_get_status_message_size(tox.get(), number, nullptr), '\0');
    tox_friend_get_status_message(tox.get(), number, reinterpret_cast<std::uint8_t*>(text.data()), nullptr);
    return text;
}

ByteArray<TOX_ADDRESS_SIZE> own_address(const Toxcore& tox) {
    ByteArray<TOX_ADDRESS_SIZE> address{};
    tox_self_get_address(tox.get(), address.data());
    return address;
}

TEST(SaveToxcore, ItReadsOursWithAllFields) {
    const SavedProfile ours = samples::profile();
    const Toxcore tox = toxcore_with(serialise_save(ours));
    ASSERT_TRUE(tox);
    EXPECT_EQ(to_hex(own_address(tox)), (ToxId{samples::own_key(ours), ours.nospam}.text()));
    ByteArray<32> secret{};
    tox_self_get_secret_key(tox.get(), secret.data());
    EXPECT_TRUE(same(secret, ours.secret.view()));
    std::string name(tox_self_get_name_size(tox.get()), '\0');
    tox_self_get_name(tox.get(), reinterpret_cast<std::uint8_t*>(name.data()));
    EXPECT_EQ(name, ours.name);
    EXPECT_EQ(tox_self_get_status(tox.get()), TOX_USER_STATUS_AWAY);

    ASSERT_EQ(tox_self_get_friend_list_size(tox.get()), 2U);
    EXPECT_EQ(friend_key(tox, 0), ours.contacts[0].key.raw());
    EXPECT_EQ(friend_name(tox, 0), ours.contacts[0].name);
    EXPECT_EQ(friend_status_message(tox, 0), ours.contacts[0].status_message);
    EXPECT_EQ(tox_friend_get_last_online(tox.get(), 0, nullptr), 1'700'000'000U);
    EXPECT_EQ(friend_key(tox, 1), ours.contacts[1].key.raw());
}

// The way through it shows also what its interface does not: the request's text and nospam.
TEST(SaveToxcore, OursSurviveItsRewriting) {
    SavedProfile ours = samples::profile();
    const auto theirs = parse_save(save_of(toxcore_with(serialise_save(ours))));
    ASSERT_TRUE(theirs);
    EXPECT_TRUE(std::is_permutation(ours.dht_nodes.begin(), ours.dht_nodes.end(), theirs->dht_nodes.begin(),
                                    theirs->dht_nodes.end()));
    ours.dht_nodes = theirs->dht_nodes;
    ours.other = theirs->other;  // it adds some of its own
    EXPECT_TRUE(samples::same_content(ours, *theirs));
    EXPECT_EQ(theirs->remarks, SaveRemarks());
}

TEST(SaveToxcore, WeReadItsAndItReadsThemBack) {
    const Toxcore before = toxcore_with({});
    ASSERT_TRUE(before);
    tox_self_set_name(before.get(), reinterpret_cast<const std::uint8_t*>("Carol"), 5, nullptr);
    tox_self_set_status_message(before.get(), reinterpret_cast<const std::uint8_t*>("here"), 4, nullptr);
    tox_self_set_status(before.get(), TOX_USER_STATUS_BUSY);
    const auto met = KeyPair<LongTermTag>::generate();
    tox_friend_add_norequest(before.get(), met.public_key.raw().data(), nullptr);
    const Toxcore peer = toxcore_with({});
    const auto address = own_address(peer);
    tox_friend_add(before.get(), address.data(), reinterpret_cast<const std::uint8_t*>("hello"), 5, nullptr);
    tox_conference_new(before.get(), nullptr);

    const Bytes file = save_of(before);
    const auto ours = parse_save(file);
    ASSERT_TRUE(ours);
    EXPECT_EQ(to_hex(own_address(before)), (ToxId{samples::own_key(*ours), ours->nospam}.text()));
    EXPECT_EQ(ours->name, "Carol");
    EXPECT_EQ(ours->status_message, "here");
    EXPECT_EQ(ours->status, UserStatus::busy);
    ASSERT_EQ(ours->contacts.size(), 2U);
    EXPECT_EQ(ours->contacts[0].key, met.public_key);
    EXPECT_TRUE(ours->contacts[0].accepted);
    EXPECT_FALSE(ours->contacts[1].accepted);
    EXPECT_EQ(ours->contacts[1].request_message, "hello");
    EXPECT_TRUE(std::equal(ours->contacts[1].request_nospam.begin(), ours->contacts[1].request_nospam.end(),
                           address.begin() + TOX_PUBLIC_KEY_SIZE));
    EXPECT_TRUE(std::any_of(ours->other.begin(), ours->other.end(),
                            [](const SavedSection& section) { return section.type == 20 && !section.body.empty(); }));

    const Toxcore after = toxcore_with(serialise_save(*ours));
    ASSERT_TRUE(after);
    EXPECT_EQ(own_address(after), own_address(before));
    EXPECT_EQ(tox_conference_get_chatlist_size(after.get()), 1U);
    const auto again = parse_save(save_of(after));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->contacts, ours->contacts);
}

TEST(SaveToxcore, ItKeepsContactsItWouldDropAsWeFoundThem) {  // a text beyond 921 bytes, or none, costs it the contact
    SavedProfile ours = samples::profile();
    ours.contacts[0].accepted = false;
    ours.contacts[0].request_message.clear();
    ours.contacts[1].request_message = std::string(max_stored_request_message, 'r');
    const Toxcore tox = toxcore_with(serialise_save(ours));
    ASSERT_TRUE(tox);
    EXPECT_EQ(tox_self_get_friend_list_size(tox.get()), 2U);
}

TEST(SaveToxcore, ItReadsTheSmallestSave) {
    SavedProfile ours;
    ours.secret = KeyPair<LongTermTag>::generate().secret;
    const Toxcore tox = toxcore_with(serialise_save(ours));
    ASSERT_TRUE(tox);
    EXPECT_EQ(to_hex(own_address(tox)), (ToxId{samples::own_key(ours), ours.nospam}.text()));
}

}  // namespace
}  // namespace tox
