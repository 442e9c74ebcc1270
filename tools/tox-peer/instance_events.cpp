// SPDX-License-Identifier: GPL-3.0-or-later
// Engine events as lines of the protocol, and the automatic answers to them.
#include <cstdio>

#include "tools/tox-peer/instance.hpp"

namespace tox_peer {
namespace {

constexpr tox::Byte first_lossy = 200;  // below that, custom packets are lossless (spec: Messenger, custom packets)

}  // namespace

const char* stage_name(tox::Progress progress) {
    switch (progress) {
        case tox::Progress::awaiting_dht_key:
            return "awaiting_dht_key";
        case tox::Progress::acquiring_ip_address:
            return "acquiring_ip";
        case tox::Progress::acquiring_cookie:
            return "acquiring_cookie";
        case tox::Progress::awaiting_handshake:
            return "awaiting_handshake";
        case tox::Progress::awaiting_session_packet:
            return "awaiting_session";
        case tox::Progress::established:
            break;
    }
    return "established";
}

const char* connection_name(const tox::NetworkInfo& network) {
    if (!network.connected()) return "none";
    return network.by_relay ? "tcp" : "udp";
}

const char* connection_name(const tox::ContactInfo& contact) {
    if (!contact.online) return "none";
    return contact.route && !tox::is_direct(*contact.route) ? "tcp" : "udp";
}

const char* status_name(tox::UserStatus status) {
    switch (status) {
        case tox::UserStatus::away:
            return "away";
        case tox::UserStatus::busy:
            return "busy";
        case tox::UserStatus::online:
            break;
    }
    return "online";
}

void Instance::on_event(const tox::Event& event) {
    std::visit([this](const auto& one) { handle(one); }, event);
}

void Instance::handle(const tox::ProgressChanged& event) {
    report("progress", about(event.contact).text("stage", stage_name(event.progress)));
}

void Instance::handle(const tox::PresenceChanged& event) {
    const auto contact = engine_->contact(event.contact);
    report("friend", about(event.contact).text("conn", contact ? connection_name(*contact) : "none"));
}

// Only of somebody whose presence has been reported: "friend" says both.
void Instance::handle(const tox::RouteChanged& event) {
    const auto contact = engine_->contact(event.contact);
    if (contact && contact->online) report("friend", about(event.contact).text("conn", connection_name(*contact)));
}

void Instance::handle(const tox::NameChanged& event) { report("name", about(event.contact).text("name", event.name)); }

void Instance::handle(const tox::StatusMessageChanged& event) {
    report("status_msg", about(event.contact).text("msg", event.message));
}

void Instance::handle(const tox::StatusChanged& event) {
    report("status", about(event.contact).text("status", status_name(event.status)));
}

void Instance::handle(const tox::TypingChanged& event) {
    report("typing", about(event.contact).number("on", event.typing ? 1 : 0));
}

bool Instance::echo(const tox::MessageReceived& event) {
    if (automatic_.messages != Automatic::Messages::echo || !sequence_of('P', event.text)) return false;
    std::string answer = event.text;
    answer.front() = 'R';
    static_cast<void>(engine_->send_message(event.contact, event.kind, answer));  // the prober notices what is missing
    return true;
}

void Instance::handle(const tox::MessageReceived& event) {
    std::optional<Fields> done;
    if (rtt_.take(friends_.add(event.contact), event.text, done)) {
        report("rtt_done", done);
        pump_soon();
        return;
    }
    if (echo(event)) return;
    const bool last = received_.take_message(event.text);
    if (automatic_.messages == Automatic::Messages::report) {
        Fields fields = about(event.contact);
        fields.text("type", event.kind == tox::MessageKind::action ? "action" : "normal");
        report("message", fields.number("len", event.text.size()).text("text", event.text));
    }
    if (last) report("expect_done", received_.done());
}

void Instance::handle(const tox::MessageDelivered& event) {
    if (flood_.take_receipt(friends_.add(event.contact), event.id)) return;
    if (rtt_.active() || automatic_.messages != Automatic::Messages::report) return;
    report("receipt", about(event.contact).number("id", event.id));
}

void Instance::handle(const tox::RequestReceived& event) {
    report("request", Fields().hex("pk", event.from.raw()).text("msg", event.message));
    if (!automatic_.accept_requests) return;
    if (engine_->accept_request(event.from))
        report("accepted", about(event.from).hex("pk", event.from.raw()));
    else
        report("accepted", Fields().number("friend", -1).hex("pk", event.from.raw()));
}

void Instance::handle(const tox::Offered& event) {
    static constexpr std::array names{"file", "call", "group", "conference"};
    report("offered",
           about(event.contact).text("kind", names.at(static_cast<std::size_t>(event.kind))).text("name", event.name));
}

void Instance::handle(const tox::CustomPacketReceived& event) {
    received_.take_packet(event.packet);
    if (automatic_.messages != Automatic::Messages::report || event.packet.empty()) return;
    const char* const name = event.packet.front() < first_lossy ? "lossless" : "lossy";
    report(name, about(event.contact).hex("data", event.packet));
}

void Instance::handle(const tox::NetworkChanged&) {
    const tox::NetworkInfo network = engine_->network();
    const bool connected = network.connected();
    if (connected == std::exchange(connected_, connected)) return;
    report("self", Fields().text("conn", connection_name(network)));
}

void Instance::handle(const tox::SaveFailed& event) {
    std::fprintf(stderr, "tox-peer: %s: could not save: %s\n", name_.c_str(), event.reason.c_str());
}

void Instance::handle(const tox::SaveWorks&) {
    std::fprintf(stderr, "tox-peer: %s: saving works again\n", name_.c_str());
}

}  // namespace tox_peer
