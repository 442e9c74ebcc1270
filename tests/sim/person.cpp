// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/person.hpp"

#include "engine/base/check.hpp"

namespace tox::sim {
namespace {

// More than any scenario sends to somebody who is away; the engine's own bound is larger.
constexpr unsigned most_queued = 10'000;
// A profile of 30 contacts with full names is 70 kB; what is queued comes on top. A journal that never shrinks shows
// here.
constexpr std::size_t most_on_disk = 4 * 1024 * 1024;

SecretKey secret_of(unsigned number) {
    ByteArray<32> bytes{};
    bytes.fill(0x42);
    bytes[1] = static_cast<Byte>(number);
    bytes[2] = static_cast<Byte>(number >> 8U);
    return SecretKey(bytes);
}

}  // namespace

Person::Person(World& world, Neighbours& town, unsigned number, Circumstances circumstances)
    : loop(world),
      network(world, loop),
      world_(world),
      town_(town),
      number_(number),
      circumstances_(std::move(circumstances)),
      place_(number) {
    network.switch_udp(circumstances_.udp);
    network.set_gateway(circumstances_.gateway);
    network.join_lan(circumstances_.lan);
    loop.after_dispatch([this] { check(); });
}

Person::~Person() { muted_ = true; }

void Person::start() {
    TOX_CHECK(!running());
    disk.thaw(world_.dice(), 0.5);
    const auto port = static_cast<std::uint16_t>(33445 + starts_);
    plug(port);
    Options options;
    options.contact_route = circumstances_.contact_route;
    options.relay_ports = circumstances_.relay_ports;
    options.first_name = "person " + std::to_string(number_);
    options.create = starts_ == 0;
    if (keep_dht_key_) options.dht_secret = secret_of(number_);
    auto opened = Engine::open({loop, network, disk}, *this, std::move(options));
    if (!opened) return fault("the profile does not open: " + opened.error().reason);
    engine_ = std::move(*opened);
    if (starts_++ == 0) {
        id_ = engine_->id();
    } else {
        check_reopened();
    }
}

void Person::check_reopened() {
    ++restarts_;
    if (engine_->id().key != id_.key) fault("another identity after a restart");
    const auto contacts = engine_->contacts();
    if (std::set(contacts.begin(), contacts.end()) != friends_) fault("other contacts after a restart");
}

void Person::stop() {
    engine_.reset();
    network.put_down();
    forget_session();
}

void Person::crash() {
    disk.freeze();
    network.unplug();
    muted_ = true;
    engine_.reset();
    muted_ = false;
    forget_session();
}

void Person::forget_session() {
    for (const LongTermKey& contact : online_) ++sessions_[contact];
    online_.clear();
    progress_.clear();
}

void Person::move() {
    constexpr unsigned elsewhere = 1000;  // beyond every person's first address
    place_ = place_ < elsewhere ? place_ + elsewhere : place_ - elsewhere;
    plug(network.port());
}

void Person::plug(std::uint16_t port) {
    if (circumstances_.gateway != nullptr) {
        const auto number = static_cast<Byte>(number_);
        return network.plug(Endpoint::v4({10, number, 0, 2}, port), std::nullopt);
    }
    if (circumstances_.lan != 0) {
        const auto number = static_cast<Byte>(number_);
        return network.plug(Endpoint::v4({192, 168, static_cast<Byte>(circumstances_.lan), number}, port),
                            std::nullopt);
    }
    network.plug(public_v4(place_, port), public_v6(place_, port));
}

void Person::befriend(const Person& other) { befriend_key(other.key()); }

void Person::befriend_key(const LongTermKey& key) {
    if (!engine_->add_contact(key)) return fault("add_contact refused");
    friends_.insert(key);
}

void Person::remove(const Person& other) {
    friends_.erase(other.key());
    online_.erase(other.key());
    progress_.erase(other.key());
    engine_->remove_contact(other.key());
}

bool Person::ask(const Person& other, const std::string& message) {
    friends_.insert(other.key());
    return engine_->add_contact(other.id(), message).has_value();
}

bool Person::accept(const Person& other) {
    friends_.insert(other.key());
    return engine_->accept_request(other.key()).has_value();
}

bool Person::dismiss(const Person& other) {
    friends_.erase(other.key());
    progress_.erase(other.key());
    online_.erase(other.key());
    return engine_->remove_contact(other.key()).has_value();
}

bool Person::say(const Person& to, std::size_t size) {
    const Ledger::Way way{number_, to.number()};
    const std::string text = town_.ledger().next_text(way, size);
    const auto id = engine_->send_message(to.key(), MessageKind::text, text);
    if (id) town_.ledger().note_sent(way, *id);
    return id.has_value();
}

Node Person::node() const { return {engine_->network().dht_key, *network.address(Endpoint::Family::v4)}; }

Relay Person::relay() const {
    Endpoint at = *network.address(Endpoint::Family::v4);
    at.port = circumstances_.relay_ports.at(0);
    return {engine_->network().dht_key, at};
}

std::uint64_t Person::sessions_with(const LongTermKey& contact) const {
    const auto found = sessions_.find(contact);
    return restarts_ + (found == sessions_.end() ? 0 : found->second);
}

// ---- what the engine says -----------------------------------------------------------------------------------------

void Person::on_event(const Event& event) {
    if (muted_) return;
    std::visit([this](const auto& e) { heard(e); }, event);
}

void Person::heard(const ProgressChanged& event) {
    const auto known = progress_.find(event.contact);
    if (known != progress_.end() && known->second == event.progress) fault("progress announced twice");
    progress_[event.contact] = event.progress;
}

void Person::heard(const PresenceChanged& event) {
    if (event.online == online_.contains(event.contact)) fault("presence does not alternate");
    if (!friends_.contains(event.contact)) fault("presence of somebody who is no contact");
    if (event.online) {
        online_.insert(event.contact);
    } else {
        online_.erase(event.contact);
        ++sessions_[event.contact];
    }
    town_.presence_changed(*this, event.contact, event.online);
}

void Person::heard(const MessageReceived& event) {
    Person* from = town_.find(event.contact);
    if (from == nullptr) return fault("a message from nobody");
    if (!online_.contains(event.contact)) fault("a message from somebody who is not online");
    const std::uint64_t epoch = sessions_with(event.contact) + from->sessions_with(key());
    town_.ledger().note_received({from->number(), number_}, event.text, epoch);
}

void Person::heard(const MessageDelivered& event) {
    if (Person* to = town_.find(event.contact)) town_.ledger().note_receipt({number_, to->number()}, event.id);
}

// ---- what must always hold ----------------------------------------------------------------------------------------

void Person::fault(const std::string& text) const {
    const auto when = std::chrono::duration_cast<std::chrono::milliseconds>(world_.now().time_since_epoch() - 1000h);
    town_.faults().add("person " + std::to_string(number_) + " at " + std::to_string(when.count()) + " ms: " + text);
}

void Person::check() {
    if (!running() || ++dispatches_ % check_every_ != 0) return;
    if (loop.bad_wishes() != 0) fault("a wake left its next deadline in the past");
    if (network.oversized() != 0) fault("a datagram over the limit of the protocol");
    if (disk.bytes() > most_on_disk) fault("the profile grows without end");
    check_contacts();
}

void Person::check_contacts() {
    for (const LongTermKey& key : friends_) {
        const auto info = engine_->contact(key);
        if (!info) return fault("a contact has vanished");
        const auto told = progress_.find(key);
        if (told != progress_.end() && told->second != info->progress) fault("progress changed and nobody was told");
        if (info->online != online_.contains(key)) fault("presence changed and nobody was told");
        if (info->online && info->progress != Progress::established) fault("online without a session");
        if (info->queued > most_queued) fault("the queue grows without end");
    }
}

}  // namespace tox::sim
