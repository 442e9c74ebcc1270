// SPDX-License-Identifier: GPL-3.0-or-later
// When the router is asked to forward our port, and when that is taken back. libpurple's UPnP client is played here, as
// libnatpmp is: the program's own functions come before those of a library.
#include "plugin/port_mapping.hpp"

#include <eventloop.h>
#include <gtest/gtest.h>
#include <prefs.h>

#include <upnp.h>

#include "tests/purple/event_loop.hpp"
#include "tests/purple/unit/played_router.hpp"

namespace {

struct UpnpRouter {
    struct Question {
        unsigned short port;
        PurpleUPnPCallback answer;
        gpointer data;
    };
    std::vector<Question> asked;
    unsigned cancelled = 0;
    std::vector<unsigned short> removed;
    bool silent = false;  // to what is taken back
    bool allowed = true;  // by the user, in libpurple's preferences
    void answer(bool yes) {
        const Question last = asked.back();
        last.answer(yes ? TRUE : FALSE, last.data);
    }
    void refuse_twice() {
        answer(false);
        const std::size_t before = asked.size();
        while (asked.size() == before) g_main_context_iteration(nullptr, TRUE);
        answer(false);
    }
} router;

}  // namespace

extern "C" {
UPnPMappingAddRemove* purple_upnp_set_port_mapping(unsigned short port, const gchar* protocol,
                                                   PurpleUPnPCallback answer, gpointer data) {
    EXPECT_STREQ(protocol, "UDP");
    router.asked.push_back({port, answer, data});
    static char question;
    return reinterpret_cast<UPnPMappingAddRemove*>(&question);
}
void purple_upnp_cancel_port_mapping(UPnPMappingAddRemove*) { ++router.cancelled; }
UPnPMappingAddRemove* purple_upnp_remove_port_mapping(unsigned short port, const gchar*, PurpleUPnPCallback answer,
                                                      gpointer data) {
    static PurpleUPnPCallback told;
    told = answer;
    router.removed.push_back(port);
    const auto tell = [](gpointer asked) -> gboolean {
        told(TRUE, asked);
        return G_SOURCE_REMOVE;
    };
    if (!router.silent) purple_timeout_add(0, tell, data);
    static char question;
    return reinterpret_cast<UPnPMappingAddRemove*>(&question);
}
gboolean purple_prefs_get_bool(const char*) { return router.allowed ? TRUE : FALSE; }
}

namespace purple_tox {
namespace {

tox::NetworkInfo behind_a_router() {
    tox::NetworkInfo network;
    network.port = 33445;
    network.local = tox::Endpoint::v4({192, 168, 1, 2}, 33445);
    network.seen_as = tox::Endpoint::v4({192, 0, 2, 1}, 40000);
    return network;
}

struct PortMappingTest : testing::Test {  // without NAT-PMP, unless a test says otherwise
    PortMappingTest() {
        purple_eventloop_set_ui_ops(host::event_loop_ops());
        while (g_main_context_iteration(nullptr, FALSE)) {  // what the test before left to be answered
        }
        router = {};
        pmp_router.there = false;
    }

    test::PlayedRouter pmp_router;
};

TEST_F(PortMappingTest, OnlyBehindARouter) {
    EXPECT_TRUE(looks_mappable(behind_a_router()));
    tox::NetworkInfo network = behind_a_router();
    network.seen_as.reset();
    EXPECT_TRUE(looks_mappable(network));
    network.seen_as = network.local;
    EXPECT_FALSE(looks_mappable(network));
    network = behind_a_router();
    network.local = network.seen_as;
    EXPECT_FALSE(looks_mappable(network));
    network.local = tox::Endpoint::v4({127, 0, 0, 1}, 33445);
    EXPECT_FALSE(looks_mappable(network));
    network = behind_a_router();
    network.port = 0;  // UDP is off
    EXPECT_FALSE(looks_mappable(network));
}

TEST_F(PortMappingTest, AskedOnceAndTakenBackAtTheEnd) {
    {
        PortMapping mapping;
        mapping.update(behind_a_router());
        mapping.update(behind_a_router());
        ASSERT_EQ(router.asked.size(), 1U);
        EXPECT_EQ(router.asked[0].port, 33445);
        EXPECT_EQ(mapping.state(), MappingState::asked);
        router.answer(true);
        EXPECT_EQ(mapping.state(), MappingState::mapped);
        EXPECT_TRUE(router.removed.empty());
    }
    EXPECT_EQ(router.removed, std::vector<unsigned short>{33445});
}

TEST_F(PortMappingTest, ARefusalIsRememberedAndLeavesNothingToTakeBack) {
    {
        PortMapping mapping;
        mapping.update(behind_a_router());
        EXPECT_EQ(mapping.state(), MappingState::asked);
        router.refuse_twice();
        EXPECT_EQ(mapping.state(), MappingState::refused);
        mapping.update(behind_a_router());
        EXPECT_EQ(router.asked.size(), 2U);
    }
    EXPECT_TRUE(router.removed.empty());
}

// libpurple refuses what makes it look for a router in the first place.
TEST_F(PortMappingTest, AFirstRefusalIsAskedAgain) {
    {
        PortMapping mapping;
        mapping.update(behind_a_router());
        router.answer(false);
        pmp_router.turn();
        EXPECT_EQ(mapping.state(), MappingState::asked);
        while (router.asked.size() < 2) g_main_context_iteration(nullptr, TRUE);
        router.answer(true);
        EXPECT_EQ(mapping.state(), MappingState::mapped);
    }
    EXPECT_EQ(router.removed, std::vector<unsigned short>{33445});
}

TEST_F(PortMappingTest, AnotherNetworkBetweenTwoQuestionsIsAskedAnew) {
    PortMapping mapping;
    mapping.update(behind_a_router());
    router.answer(false);
    mapping.moved();
    EXPECT_EQ(mapping.state(), MappingState::none);
    mapping.update(behind_a_router());
    ASSERT_EQ(router.asked.size(), 2U);
    router.answer(true);
    EXPECT_EQ(mapping.state(), MappingState::mapped);
}

TEST_F(PortMappingTest, OneWayOfAskingIsEnough) {
    pmp_router.there = true;
    {
        PortMapping mapping;
        mapping.update(behind_a_router());
        ASSERT_EQ(pmp_router.asked.size(), 1U);
        pmp_router.grant(33445, 33445, 3600);
        EXPECT_EQ(mapping.state(), MappingState::mapped);
        router.answer(false);
        EXPECT_EQ(mapping.state(), MappingState::mapped);
        mapping.update(behind_a_router());
        EXPECT_EQ(pmp_router.asked.size(), 1U);
        mapping.moved();
        EXPECT_EQ(mapping.state(), MappingState::none);
        mapping.update(behind_a_router());
        EXPECT_EQ(pmp_router.asked.size(), 2U);
        pmp_router.grant(33445, 33445, 3600);
    }
    EXPECT_EQ(pmp_router.asked.size(), 3U);
    EXPECT_EQ(pmp_router.asked.back().life, 0U);
}

TEST_F(PortMappingTest, AnAnswerThatComesTooLateIsTakenBack) {
    {
        PortMapping mapping;
        mapping.update(behind_a_router());
    }
    EXPECT_TRUE(router.removed.empty());
    router.answer(true);
    EXPECT_EQ(router.removed, std::vector<unsigned short>{33445});
}

TEST_F(PortMappingTest, AnotherNetworkIsAskedAnew) {
    PortMapping mapping;
    mapping.update(behind_a_router());
    mapping.moved();
    router.answer(true);  // of the router before
    EXPECT_EQ(mapping.state(), MappingState::none);
    mapping.update(behind_a_router());
    EXPECT_EQ(mapping.state(), MappingState::asked);
    EXPECT_EQ(router.asked.size(), 2U);
}

TEST_F(PortMappingTest, TakenBackBeforeTheProgramEnds) {
    PortMapping one, other;
    for (PortMapping* mapping : {&one, &other}) {
        mapping->update(behind_a_router());
        router.answer(true);
    }
    PortMapping::take_back_all();
    EXPECT_EQ(router.removed, (std::vector<unsigned short>{33445, 33445}));
    EXPECT_EQ(router.cancelled, 0U) << "it waits for the answers";
    one.update(behind_a_router());
    EXPECT_EQ(router.asked.size(), 2U) << "and does not ask again";
}

// The router may have granted it by now.
TEST_F(PortMappingTest, WhatIsBeingAskedIsCancelledAndTakenBack) {
    PortMapping mapping;
    mapping.update(behind_a_router());
    PortMapping::take_back_all();
    EXPECT_EQ(router.removed, std::vector<unsigned short>{33445});
    EXPECT_EQ(router.cancelled, 1U);
}

// Among what waits in the main loop may be another wish to quit.
TEST_F(PortMappingTest, NothingElseRunsWhileTheProgramQuits) {
    PortMapping mapping;
    mapping.update(behind_a_router());
    router.answer(true);
    bool ran = false;
    const auto run = [](gpointer flag) -> gboolean {
        *static_cast<bool*>(flag) = true;
        return G_SOURCE_REMOVE;
    };
    const guint other = g_idle_add(run, &ran);
    PortMapping::take_back_all();
    EXPECT_FALSE(ran);
    EXPECT_EQ(router.removed.size(), 1U);
    g_source_remove(other);
}

TEST_F(PortMappingTest, ARouterThatIsSilentDoesNotKeepTheProgram) {
    PortMapping mapping;
    mapping.update(behind_a_router());
    router.answer(true);
    router.silent = true;
    PortMapping::take_back_all();
    EXPECT_EQ(router.removed.size(), 1U);
    EXPECT_EQ(router.cancelled, 1U);
}

TEST_F(PortMappingTest, NeverAgainstTheUsersWish) {
    router.allowed = false;
    PortMapping mapping;
    mapping.update(behind_a_router());
    EXPECT_TRUE(router.asked.empty());
    EXPECT_EQ(mapping.state(), MappingState::none);
}

}  // namespace
}  // namespace purple_tox
