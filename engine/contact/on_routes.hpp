// SPDX-License-Identifier: GPL-3.0-or-later
// Sends what a session says on certain ways, whatever way carries it. Internal to engine/contact.
#pragma once

#include "engine/contact/contact.hpp"

namespace tox {

class Contact::OnRoutes final : public SessionOutput {
  public:
    OnRoutes(Contact& contact, std::vector<Route> routes) : contact_(contact), routes_(std::move(routes)) {}
    bool send_session_packet(ByteView datagram) override {
        bool sent = false;
        for (const Route& route : routes_) sent |= contact_.send_on(route, datagram, contact_.world_.loop.now());
        return sent;
    }

  private:
    Contact& contact_;
    std::vector<Route> routes_;
};

}  // namespace tox
