// SPDX-License-Identifier: GPL-3.0-or-later
// Every packet parser, the save format and the Tox ID against random and damaged bytes. Deterministic: PURPLE_TOX_SEED
// picks the stream, PURPLE_TOX_FUZZ how many inputs each target gets (default 20000).
#include <gtest/gtest.h>

#include "engine/crypto/tox_id.hpp"
#include "engine/profile/save_format.hpp"
#include "tests/fuzz/mutate.hpp"
#include "tests/fuzz/packets.hpp"

namespace tox::fuzz {
namespace {

std::uint64_t rounds() { return sim::figure("PURPLE_TOX_FUZZ", 20'000); }
sim::Dice dice_for(std::uint64_t stream) { return sim::Dice(sim::figure("PURPLE_TOX_SEED", 1) * 1000 + stream); }

// Of the right kind and size, so that the fields are reached.
Bytes plausible(const Target& target, sim::Dice& dice) {
    const std::size_t more = target.open && dice.chance(0.7) ? dice.below(200) : 0;
    Bytes bytes = random_bytes_of(dice, target.least + more);
    if (target.kind >= 0) bytes[0] = static_cast<Byte>(target.kind);
    // Small numbers make counts and families, which random bytes hardly ever are.
    for (std::size_t i = 1; i < bytes.size() && dice.chance(0.3); ++i) bytes[i] = static_cast<Byte>(dice.below(12));
    return bytes;
}

TEST(Parsers, RandomAndDamagedPackets) {
    for (std::size_t i = 0; i < targets.size(); ++i) {
        sim::Dice dice = dice_for(i);
        std::uint64_t parsed = 0;
        for (std::uint64_t n = 0; n < rounds() / 10; ++n) {
            const Bytes bytes = plausible(targets[i], dice);
            parsed += targets[i].run(bytes) ? 1U : 0U;
            targets[i].run(mutated(bytes, dice));
            targets[i].run(random_bytes_of(dice, dice.below(600)));
        }
        EXPECT_GT(parsed, 0U) << "target " << i << " is never reached behind its checks";
    }
}

TEST(Parsers, AllKindsOfOneToThreeBytes) {
    for (unsigned value = 0; value < 256 * 3; ++value) {
        const Bytes bytes(1 + value / 256, static_cast<Byte>(value));
        for (const Target& target : targets) target.run(bytes);
    }
    for (const Target& target : targets) target.run({});
}

TEST(Parsers, DataPackets) {
    sim::Dice dice = dice_for(1000);
    for (std::uint64_t n = 0; n < rounds(); ++n) {
        const Bytes bytes = random_bytes_of(dice, dice.below(1500));
        if (const auto envelope = wire::read_envelope(bytes)) {
            EXPECT_LE(envelope->box.size(), bytes.size());
        }
        Bytes plain = bytes;
        std::fill_n(plain.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(8, plain.size())),
                    plain.size() > 20 ? dice.below(12) : 0, Byte{0});
        const auto content = wire::read_content(plain);
        if (!content) continue;
        ASSERT_FALSE(content->payload.empty());
        EXPECT_NE(content->payload.front(), 0);
        Bytes written;
        wire::write_content(written, *content);
        const auto again = wire::read_content(written);
        ASSERT_TRUE(again);
        EXPECT_EQ(again->header, content->header);
        EXPECT_TRUE(
            std::equal(again->payload.begin(), again->payload.end(), content->payload.begin(), content->payload.end()));
    }
}

Bytes sample_save(sim::Dice& dice) {
    sim::seed_engines(dice.next());
    SavedProfile profile;
    auto pair = KeyPair<struct OwnerTag>::generate();
    profile.secret = std::move(pair.secret);
    profile.name = "somebody";
    profile.status_message = std::string(dice.below(1008), 'x');
    for (auto contacts = dice.below(5); contacts > 0; --contacts) {
        const auto key = LongTermKey::from(KeyPair<struct OtherTag>::generate().public_key.raw());
        profile.contacts.push_back({.key = *key, .name = "friend"});
    }
    profile.other.push_back({20, random_bytes_of(dice, dice.below(50))});
    return serialise_save(profile);
}

TEST(Parsers, SavesRoundTripAndSurviveDamage) {
    sim::Dice dice = dice_for(2000);
    std::uint64_t good = 0;
    for (std::uint64_t n = 0; n < rounds() / 40; ++n) {
        const Bytes save = sample_save(dice);
        const auto parsed = parse_save(save);
        ASSERT_TRUE(parsed);
        EXPECT_EQ(serialise_save(*parsed), save) << "load and save is a fixed point";
        for (int variant = 0; variant < 20; ++variant) {
            const Bytes bad = mutated(save, dice);
            const auto damaged = parse_save(bad);
            good += damaged ? 1U : 0U;
            if (damaged) {
                const auto again = parse_save(serialise_save(*damaged));
                EXPECT_TRUE(again);
            }
            recover_save(bad);
        }
        parse_save(random_bytes_of(dice, dice.below(3000)));
    }
    EXPECT_GT(good, 0U);
}

TEST(Parsers, ToxIdsAcceptExactlyWhatTheyWrite) {
    sim::Dice dice = dice_for(3000);
    const std::string valid = "76518406F6A9F2217E8DC487CC783C25CC16A15EB36FF32E335A235342C48A39218F515C39A6";
    for (std::uint64_t n = 0; n < rounds(); ++n) {
        const Bytes bytes = mutated(Bytes(valid.begin(), valid.end()), dice);
        const auto parsed = ToxId::parse(text_of(bytes));
        if (parsed.id) {
            EXPECT_EQ(ToxId::parse(parsed.id->text()).id, parsed.id);
        }
    }
}

}  // namespace
}  // namespace tox::fuzz
