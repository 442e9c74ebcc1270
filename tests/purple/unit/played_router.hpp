// SPDX-License-Identifier: GPL-3.0-or-later
// A router that speaks NAT-PMP, or not: libnatpmp is played, since the program's own functions come before those of a
// library. Its socket is one end of a pair, so that waiting is real.
#pragma once

#include <natpmp.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace purple_tox::test {

class PlayedRouter {
  public:
    struct Question {
        std::uint16_t inside;
        std::uint16_t outside;
        std::uint32_t life;
        bool operator==(const Question&) const = default;
    };

    PlayedRouter();
    ~PlayedRouter();
    PlayedRouter(const PlayedRouter&) = delete;
    PlayedRouter& operator=(const PlayedRouter&) = delete;

    // What the next answer says; the asker is woken for it.
    void grant(std::uint16_t inside, std::uint16_t outside, std::uint32_t life);
    void fail(int error);
    void turn();  // of the main loop, as long as there is something to do

    bool there = true;            // a way out of here
    std::vector<Question> asked;  // a life of 0 takes back
    std::size_t open = 0;         // sockets

  private:
    friend int ::initnatpmp(natpmp_t*, int, in_addr_t);
    friend int ::closenatpmp(natpmp_t*);
    friend int ::readnatpmpresponseorretry(natpmp_t*, natpmpresp_t*);

    void wake();
    int ours_ = -1;
    int theirs_ = -1;
    std::optional<int> result_;
    natpmpresp_t response_{};
};

}  // namespace purple_tox::test
