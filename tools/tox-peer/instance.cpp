// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/tox-peer/instance.hpp"

namespace tox_peer {
namespace {

const char* reason(tox::OpenError error) {
    switch (error) {
        case tox::OpenError::unreadable:
            return "unreadable";
        case tox::OpenError::damaged:
            return "damaged";
        case tox::OpenError::encrypted:
            return "encrypted";
        case tox::OpenError::locked:
            return "locked";
        case tox::OpenError::unwritable:
            break;
    }
    return "unwritable";
}

}  // namespace

tl::expected<std::unique_ptr<Instance>, Refused> Instance::open(Setup setup, Process& process) {
    auto storage = SavedStorage::open(setup.save);
    if (!storage) return refuse("new", storage.error());
    auto network = tox::GlibNetwork::open(setup.network);
    if (!network) return refuse("new", network.error());
    std::unique_ptr<Instance> instance(new Instance(setup.name, std::move(*storage), std::move(*network), process));
    const auto opened = instance->open_engine(std::move(setup));
    if (!opened) return tl::unexpected(opened.error());
    return instance;
}

Instance::Instance(const std::string& name, std::unique_ptr<SavedStorage> storage,
                   std::unique_ptr<tox::GlibNetwork> network, Process& process)
    : name_(name),
      process_(process),
      storage_(std::move(storage)),
      network_(std::move(network)),
      gate_(loop_, *network_, [this](tox::Duration took) { after_turn(took); }),
      resolver_(nullptr, network_->proxied() ? tox::GlibResolver::Names::refused : tox::GlibResolver::Names::resolved) {
    work_loop_.set_waker(this);
}

Instance::~Instance() = default;

tl::expected<void, Refused> Instance::open_engine(Setup setup) {
    tox::Bytes profile = storage_->profile();
    loaded_bytes_ = profile.size();
    tox::wipe(profile);
    if (setup.hold) gate_.hold();
    tox::Options options;
    options.identity = std::move(setup.key);
    options.lan_discovery = setup.lan;
    options.hole_punching = setup.hole_punching;
    options.contact_route = setup.route;
    if (setup.relay_port != 0) options.relay_ports = {setup.relay_port};
    auto engine = tox::Engine::open({gate_, gate_, *storage_}, *this, std::move(options));
    if (!engine) return refuse("new", reason(engine.error()));
    engine_ = std::move(*engine);
    for (const tox::LongTermKey& contact : engine_->contacts()) friends_.add(contact);
    return {};
}

std::uint16_t Instance::relay_port() const {
    const auto ports = engine_->network().served;
    return ports.empty() ? std::uint16_t{0} : ports.front();
}

void Instance::run() {
    gate_.run();
    for (const auto& [key, address] : std::exchange(waiting_relays_, {})) engine_->add_relay(key, address);
    pump_soon();
}

void Instance::add_relay(const tox::DhtKey& key, const tox::StreamAddress& address) {
    if (gate_.held())
        waiting_relays_.emplace_back(key, address);
    else
        engine_->add_relay(key, address);
}

void Instance::bootstrap(const std::string& host, std::uint16_t port, const tox::DhtKey& key) {
    if (const auto endpoint = tox::Endpoint::parse(host, port)) {
        engine_->bootstrap({key, *endpoint});
        return;
    }
    resolver_.resolve(host, port, [this, key](const std::vector<tox::Endpoint>& found) {
        for (const tox::Endpoint& endpoint : found) engine_->bootstrap({key, endpoint});
    });
}

void Instance::after_turn(tox::Duration took) {
    ++turns_;
    ++process_.turns;
    if (process_.slow.count() > 0 && took >= process_.slow) report("slow", Fields().number("us", took.count()));
    if (rtt_.active() || flood_.active()) pump();
}

void Instance::pump() {
    if (gate_.held() || !engine_) return;
    report("rtt_done", rtt_.pump(*engine_));
    report("flood_done", flood_.pump(*engine_));
    work_loop_.wake_at(std::min(rtt_.next(), flood_.next()));
}

}  // namespace tox_peer
