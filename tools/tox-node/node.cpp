// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/tox-node/node.hpp"

#include "engine/profile/memory_storage.hpp"
#include "engine/profile/posix_storage.hpp"
#include "tools/tox-node/key_file.hpp"

namespace tox_node {
namespace {

using namespace std::chrono_literals;

constexpr tox::Duration bootstrap_again_after =
    30s;  // while nobody answers: names may resolve and nodes be back by then
constexpr const char* profile_name = "echo";
constexpr const char* echo_status = "I repeat what you write.";

tl::expected<std::unique_ptr<tox::Storage>, std::string> open_storage(const NodeOptions& options) {
    if (options.profile.empty()) return std::make_unique<tox::MemoryStorage>();
    auto storage = tox::PosixStorage::open(options.profile, profile_name);
    if (!storage) return tl::unexpected("The echo contact's profile cannot be kept: " + storage.error().text + ".");
    return std::move(*storage);
}

std::string sentence(const tox::OpenFault& fault, const std::string& directory) {
    const std::string profile = "The echo contact's profile in " + directory;
    switch (fault.error) {
        case tox::OpenError::unreadable:
            return profile + " cannot be read; nothing was changed.";
        case tox::OpenError::damaged:
            return profile + " is damaged, and " +
                   (fault.backup == tox::FileState::absent ? "there is no backup of it" : "so is its backup") +
                   "; nothing was changed.";
        case tox::OpenError::encrypted:
            return profile + " is encrypted, which tox-node does not support.";
        case tox::OpenError::locked:
            return profile + " is used by another program.";
        case tox::OpenError::unwritable:
            break;
    }
    return profile + " cannot be written.";
}

template <class... Handlers>
struct Match : Handlers... {
    using Handlers::operator()...;
};
template <class... Handlers>
Match(Handlers...) -> Match<Handlers...>;

}  // namespace

tl::expected<std::unique_ptr<EchoNode>, std::string> EchoNode::start(const NodeOptions& options) {
    auto storage = open_storage(options);
    if (!storage) return tl::unexpected(storage.error());
    tox::GlibNetwork::Setup setup;
    setup.port_from = options.port_from;
    setup.port_to = options.port_to;
    setup.ipv6 = options.ipv6;
    setup.loopback_only = options.loopback;
    auto network = tox::GlibNetwork::open(setup);
    if (!network) return tl::unexpected(network.error());
    std::unique_ptr<EchoNode> node(new EchoNode(options, std::move(*storage), std::move(*network)));
    std::string fault = node->open_engine();
    if (!fault.empty()) return tl::unexpected(fault);
    if (!options.echo.empty()) node->set_up_echo();
    node->bootstrap();
    return node;
}

EchoNode::EchoNode(const NodeOptions& options, std::unique_ptr<tox::Storage> storage,
                   std::unique_ptr<tox::GlibNetwork> network)
    : options_(options), storage_(std::move(storage)), network_(std::move(network)) {
    retry_.set_waker(this);
}

EchoNode::~EchoNode() = default;

std::string EchoNode::open_engine() {
    tox::Options wanted;
    wanted.first_name = options_.echo;
    wanted.motd = options_.motd;
    wanted.relay_ports = options_.relay_ports;
    wanted.lan_discovery = !options_.loopback;
    if (!options_.keys_file.empty()) {
        auto keys = load_or_create_keys(options_.keys_file);
        if (!keys) return keys.error();
        wanted.dht_secret = std::move(keys->secret);
    }
    auto engine = tox::Engine::open({loop_, *network_, *storage_}, *this, std::move(wanted));
    if (!engine) return sentence(engine.error(), options_.profile);
    engine_ = std::move(*engine);
    if (engine_->network().served.size() < options_.relay_ports.size())
        return "A TCP port given with --relay is used by another program, or needs root.";
    return "";
}

void EchoNode::set_up_echo() {
    engine_->set_name(options_.echo);
    engine_->set_status_message(echo_status);
    for (const tox::LongTermKey& key : options_.add) {
        const auto added = engine_->add_contact(key);
        if (!added && added.error() != tox::AddError::already_contact)
            g_printerr("tox-node: %s could not be added.\n", key.hex().c_str());
    }
}

void EchoNode::bootstrap() {
    for (const BootstrapNode& node : options_.bootstrap)
        resolver_.resolve(node.host, node.port, [this, &node](const std::vector<tox::Endpoint>& found) {
            if (found.empty()) g_printerr("tox-node: no address is known for %s.\n", node.host.c_str());
            for (const tox::Endpoint& endpoint : found) engine_->bootstrap({node.key, endpoint});
        });
    if (!options_.bootstrap.empty()) retry_.wake_at(retry_.now() + bootstrap_again_after);
}

void EchoNode::on_wake() {
    if (engine_->network().nodes == 0)
        bootstrap();
    else
        retry_.wake_at(retry_.now() + bootstrap_again_after);
}

std::string EchoNode::line() const {
    return "dht=" + engine_->network().dht_key.hex() + " port=" + std::to_string(network_->port()) +
           " id=" + engine_->id().text();
}

void EchoNode::on_event(const tox::Event& event) {
    std::visit(Match{[this](const tox::RequestReceived& request) { answer(request); },
                     [this](const tox::MessageReceived& message) { answer(message); },
                     [](const tox::SaveFailed& failure) {
                         g_printerr("tox-node: the profile could not be saved: %s\n", failure.reason.c_str());
                     },
                     [](const auto&) {}},
               event);
}

void EchoNode::answer(const tox::RequestReceived& request) {
    if (options_.echo.empty())
        engine_->decline_request(request.from, false);
    else if (!engine_->accept_request(request.from))
        g_printerr("tox-node: the request of %s could not be accepted.\n", request.from.hex().c_str());
}

void EchoNode::answer(const tox::MessageReceived& message) {
    if (options_.echo.empty()) return;
    if (!engine_->send_message(message.contact, message.kind, message.text))
        g_printerr("tox-node: a message of %s was not echoed.\n", message.contact.hex().c_str());
}

}  // namespace tox_node
