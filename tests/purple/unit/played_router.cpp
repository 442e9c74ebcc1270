// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/purple/unit/played_router.hpp"

#include <glib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace purple_tox::test {
namespace {

PlayedRouter* played = nullptr;

}  // namespace

PlayedRouter::PlayedRouter() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) != 0) throw std::runtime_error("no socket pair");
    ours_ = ends[0];
    theirs_ = ends[1];
    played = this;
}

PlayedRouter::~PlayedRouter() {
    played = nullptr;
    close(ours_);
    close(theirs_);
}

void PlayedRouter::grant(std::uint16_t inside, std::uint16_t outside, std::uint32_t life) {
    response_ = {};
    response_.type = NATPMP_RESPTYPE_UDPPORTMAPPING;
    response_.pnu.newportmapping = {inside, outside, life};
    result_ = 0;
    wake();
}

void PlayedRouter::fail(int error) {
    result_ = error;
    wake();
}

void PlayedRouter::wake() {
    const char datagram = 0;
    if (write(theirs_, &datagram, 1) != 1) throw std::runtime_error("the socket pair is full");
    turn();
}

void PlayedRouter::turn() {
    while (g_main_context_iteration(nullptr, FALSE)) {
    }
}

}  // namespace purple_tox::test

using purple_tox::test::played;

extern "C" {
int initnatpmp(natpmp_t* state, int, in_addr_t) {
    *state = {};
    state->s = -1;
    if (!played || !played->there) return NATPMP_ERR_CANNOTGETGATEWAY;
    state->s = played->ours_;
    ++played->open;
    return 0;
}
int closenatpmp(natpmp_t* state) {
    if (state->s >= 0) --played->open;
    return 0;
}
int sendnewportmappingrequest(natpmp_t*, int, uint16_t inside, uint16_t outside, uint32_t life) noexcept {
    played->asked.push_back({inside, outside, life});
    return 12;
}
int getnatpmprequesttimeout(natpmp_t*, timeval* left) {
    *left = {60, 0};  // no test waits for it
    return 0;
}
int readnatpmpresponseorretry(natpmp_t* state, natpmpresp_t* response) {
    char datagram = 0;
    if (recv(state->s, &datagram, 1, MSG_DONTWAIT) != 1) return NATPMP_TRYAGAIN;
    const auto result = std::exchange(played->result_, std::nullopt);
    *response = played->response_;
    return result.value_or(NATPMP_TRYAGAIN);
}
}
