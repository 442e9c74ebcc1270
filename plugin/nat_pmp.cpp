// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/nat_pmp.hpp"

#include <glib-unix.h>
#include <natpmp.h>

#include <algorithm>

namespace purple_tox {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds asked_life{3600};     // the router decides
constexpr seconds soonest_renewal{30};  // however short a life it grants

// A socket to the router that is the way out of here.
class Router {
  public:
    Router() : open_(initnatpmp(&state_, 0, 0) == 0) {}
    ~Router() { closenatpmp(&state_); }
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    bool ask(std::uint16_t inside, std::uint16_t outside, seconds life) {
        return open_ && sendnewportmappingrequest(&state_, NATPMP_PROTOCOL_UDP, inside, outside,
                                                  static_cast<std::uint32_t>(life.count())) >= 0;
    }
    int read(natpmpresp_t& response) { return readnatpmpresponseorretry(&state_, &response); }
    int socket() const { return state_.s; }

    milliseconds until_next_try() {
        timeval left{};
        getnatpmprequesttimeout(&state_, &left);
        const auto time = seconds{left.tv_sec} + std::chrono::microseconds{left.tv_usec};
        return std::max(std::chrono::ceil<milliseconds>(time), milliseconds{1});
    }

  private:
    natpmp_t state_{};
    bool open_;
};

// One datagram, with a life of nothing: waiting for the answer would change nothing.
void take_back(std::uint16_t port) { Router().ask(port, 0, seconds{0}); }

}  // namespace

// libnatpmp sends it again at growing intervals, nine times in all, before it gives up.
class NatPmp::Question {
  public:
    explicit Question(NatPmp& owner) : owner_(owner) {
        if (router_.ask(owner.port_, owner.port_, asked_life)) {
            watch_ = g_unix_fd_add(router_.socket(), G_IO_IN, guarded<on_readable>, this);
            wait();
        } else {
            timer_.after(milliseconds{0}, [this] { owner_.settle(false, {}); });
        }
    }
    ~Question() {
        if (watch_ != 0) g_source_remove(watch_);
    }
    Question(const Question&) = delete;
    Question& operator=(const Question&) = delete;

  private:
    void wait() {
        timer_.after(router_.until_next_try(), [this] { proceed(); });
    }

    // An answer has come, or it is time to ask again. Destroys this once it is answered.
    void proceed() {
        natpmpresp_t response{};
        const int result = router_.read(response);
        if (result == NATPMP_TRYAGAIN) return wait();
        const auto& granted = response.pnu.newportmapping;
        const bool ours = result == 0 && response.type == NATPMP_RESPTYPE_UDPPORTMAPPING &&
                          granted.privateport == owner_.port_ && granted.lifetime > 0;
        const bool useful = ours && granted.mappedpublicport == owner_.port_;
        if (ours && !useful) take_back(owner_.port_);
        owner_.settle(useful, seconds{granted.lifetime});
    }

    static gboolean on_readable(gint, GIOCondition, gpointer self) {
        static_cast<Question*>(self)->proceed();
        return G_SOURCE_CONTINUE;
    }

    NatPmp& owner_;
    Router router_;
    guint watch_ = 0;
    Source timer_{"purple-tox NAT-PMP"};
};

NatPmp::NatPmp(Answer answer) : answer_(std::move(answer)) {}

NatPmp::~NatPmp() {
    if (forwarded_ || question_) take_back(port_);  // it may have been granted, and we not yet told
}

void NatPmp::ask(std::uint16_t port) {
    if (port != port_) forget();
    port_ = port;
    question_ = std::make_unique<Question>(*this);
}

void NatPmp::forget() {
    question_.reset();
    renewal_.cancel();
    forwarded_ = false;
}

void NatPmp::settle(bool forwarded, seconds life) {
    question_.reset();
    forwarded_ = forwarded;
    if (forwarded) renewal_.after(std::max(life / 2, soonest_renewal), [this] { ask(port_); });
    answer_(forwarded);
}

}  // namespace purple_tox
