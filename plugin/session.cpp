// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/session.hpp"

#include <account.h>
#include <connection.h>

#include "plugin/adding.hpp"
#include "plugin/events.hpp"
#include "plugin/presence.hpp"
#include "plugin/privacy.hpp"
#include "plugin/requests.hpp"

namespace purple_tox {
namespace {

std::vector<Session*>& live_sessions() {
    static std::vector<Session*> sessions;
    return sessions;
}

template <class Is>
Session* find_session(Is is) {
    for (Session* session : live_sessions())
        if (is(*session)) return session;
    return nullptr;
}

SessionId next_id() {
    static SessionId last = 0;
    return ++last;
}

}  // namespace

tox::Instant ui_now() { return tox::Instant(tox::Duration(g_get_monotonic_time())); }

tox::WallTime wall_now() { return tox::WallTime(std::chrono::seconds(g_get_real_time() / G_USEC_PER_SEC)); }

// Found by comparing and not by protocol_data: libpurple's objects may belong to any protocol, or be on their way out.
Session* session_of(PurpleConnection* connection) {
    return find_session([&](const Session& session) { return session.connection() == connection; });
}
Session* session_of(PurpleAccount* account) {
    return find_session([&](const Session& session) { return session.account() == account; });
}
Session* session_of(SessionId id) {
    return find_session([&](const Session& session) { return session.id() == id; });
}

Session::Session(PurpleConnection* connection, World world)
    : id_(next_id()), connection_(connection), world_(std::move(world)) {}

Session::~Session() {
    std::erase(live_sessions(), this);
    forget_requests(id_);
    forget_additions(id_);
    if (gone_) *gone_ = true;
}

tl::expected<void, tox::OpenFault> Session::open(tox::Options options) {
    auto engine = tox::Engine::open({loop_, *world_.network, *world_.storage}, *this, std::move(options));
    if (!engine) return tl::unexpected(engine.error());
    engine_ = std::move(*engine);
    const NetworkSettings& settings = world_.settings;
    bootstrap_.emplace(*engine_, settings.nodes, WayOut{settings.proxied(), settings.setup.ipv6});
    live_sessions().push_back(this);
    return {};
}

PurpleAccount* Session::account() const { return purple_connection_get_account(connection_); }

void Session::on_event(const tox::Event& event) {
    later([event](Session& session) { handle_event(session, event); });
}

bool Session::admits_request(const tox::LongTermKey& from) const { return purple_tox::admits_request(account(), from); }

void Session::later(Task task) {
    tasks_.push_back(std::move(task));
    if (!drain_source_.armed()) drain_source_.after(std::chrono::milliseconds(0), [this] { drain(); });
}

void Session::drain() {
    bool gone = false;
    bool* const outer = std::exchange(gone_, &gone);
    while (!gone && !tasks_.empty()) {
        const Task task = std::move(tasks_.front());
        tasks_.pop_front();
        task(*this);
    }
    if (!gone)
        gone_ = outer;
    else if (outer)
        *outer = true;
}

void Session::look_again_at(tox::Instant when) {
    if (when == tox::never || (presence_source_.armed() && presence_due_ <= when)) return;
    presence_due_ = when;
    const auto delay = std::chrono::ceil<std::chrono::milliseconds>(std::max(when - ui_now(), tox::Duration::zero()));
    presence_source_.after(delay, [this] { look_at_due(); });
}

void Session::look_at_due() {
    const tox::Instant now = ui_now();
    for (auto& [key, state] : states_) {
        if (state.look_again > now) {
            look_again_at(state.look_again);
            continue;
        }
        state.look_again = tox::never;
        later([key = key](Session& session) { refresh_presence(session, key); });
    }
}

void Session::join_network() {
    bootstrap_->join();
    watch_.emplace([this] { moved(); });
}

void Session::network_state_changed() {
    bootstrap_->check();
    if (world_.settings.map_port) mapping_.update(engine_->network());
}

OwnWay Session::own_way() const {
    const bool internet = g_network_monitor_get_network_available(g_network_monitor_get_default()) != FALSE;
    return {proxy(), mapping_.state(), internet};
}

void Session::moved() {
    engine_->network_changed();
    mapping_.moved();
    bootstrap_->moved();
}

}  // namespace purple_tox
