// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/events.hpp"

#include <notify.h>

#include "plugin/buddies.hpp"
#include "plugin/conversation.hpp"
#include "plugin/i18n.hpp"
#include "plugin/offers.hpp"
#include "plugin/presence.hpp"
#include "plugin/proxy.hpp"
#include "plugin/requests.hpp"
#include "plugin/saving.hpp"
#include "plugin/session.hpp"
#include "plugin/text.hpp"

namespace purple_tox {
namespace {

struct Handler {
    Session& session;

    void operator()(const tox::ProgressChanged& event) const { refresh_presence(session, event.contact); }
    void operator()(const tox::RouteChanged& event) const { repaint(session, event.contact); }
    void operator()(const tox::NameChanged& event) const { announce_name(session, event.contact); }
    void operator()(const tox::StatusMessageChanged& event) const { refresh_presence(session, event.contact); }
    void operator()(const tox::StatusChanged& event) const { refresh_presence(session, event.contact); }
    void operator()(const tox::PresenceChanged& event) const { refresh_presence(session, event.contact); }
    void operator()(const tox::TypingChanged& event) const { show_typing(session, event); }
    void operator()(const tox::MessageReceived& event) const { show_message(session, event); }
    void operator()(const tox::MessageDelivered& event) const { note_delivery(session, event.contact); }
    void operator()(const tox::RequestReceived& event) const { ask_user(session, event); }
    void operator()(const tox::RequestAccepted& event) const { refresh_presence(session, event.contact); }
    void operator()(const tox::Offered& event) const { tell_offer(session, event); }
    void operator()(const tox::CustomPacketReceived&) const {}  // for later plugins; nobody listens yet
    void operator()(const tox::NetworkChanged&) const {
        session.network_state_changed();
        refresh_if_cut_off(session);
        const tox::NetworkInfo network = session.engine().network();
        if (!network.proxy_failing || std::exchange(session.proxy_fault_told, true)) return;
        purple_notify_error(session.connection(), _("Tox"), _("No Tox relay can be reached through your proxy."),
                            failing_proxy_text(session.proxy(), network.proxy_trouble).c_str());
    }
    void operator()(const tox::SaveFailed& event) const { save_failed(session, event.reason); }
    void operator()(const tox::SaveWorks&) const { save_works(session); }
};

}  // namespace

void handle_event(Session& session, const tox::Event& event) { std::visit(Handler{session}, event); }

}  // namespace purple_tox
