// SPDX-License-Identifier: GPL-3.0-or-later
// Asks the router for one UDP port by NAT-PMP (RFC 6886), with libnatpmp, which leaves the waiting to us.
//
// libpurple's own NAT-PMP client is left alone: it blocks for seconds, it writes to the debug window, which belongs to
// the main thread, and on Linux it is built as a stub that always says no.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "plugin/source.hpp"

namespace purple_tox {

class NatPmp {
  public:
    // Whether the port is forwarded under its own number: under another one nobody would look for us. Comes from the
    // main loop, never from within a call: after ask(), and again after each renewal.
    using Answer = std::function<void(bool forwarded)>;

    explicit NatPmp(Answer answer);
    ~NatPmp();  // takes it back
    NatPmp(const NatPmp&) = delete;
    NatPmp& operator=(const NatPmp&) = delete;

    void ask(std::uint16_t port);  // what is granted is renewed for as long as this lives
    void forget();                 // another router: the one before will forget by itself

  private:
    class Question;
    void settle(bool forwarded, std::chrono::seconds life);

    Answer answer_;
    std::uint16_t port_ = 0;
    bool forwarded_ = false;
    std::unique_ptr<Question> question_;
    Source renewal_{"purple-tox NAT-PMP renewal"};
};

}  // namespace purple_tox
