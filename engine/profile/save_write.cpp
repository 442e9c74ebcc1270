// SPDX-License-Identifier: GPL-3.0-or-later
// Writing .tox files in the section order of c-toxcore 0.2.23.
#include "engine/messenger/text.hpp"
#include "engine/profile/save_format.hpp"
#include "engine/profile/save_records.hpp"

namespace tox {
namespace {

void begin_section(Bytes& out, std::uint16_t type, std::size_t size) {
    wire::write(out, SectionHead{{static_cast<std::uint32_t>(size)}, {type}, {section_cookie}});
}

void begin_section(Bytes& out, SectionType type, std::size_t size) {
    begin_section(out, static_cast<std::uint16_t>(type), size);
}

void write_text(Bytes& out, SectionType type, std::string_view text) {
    begin_section(out, type, text.size());
    append(out, bytes_of(text));
}

void write_identity(Bytes& out, const SavedProfile& profile) {
    RawKey own{};
    detail::derive(profile.secret, own);
    begin_section(out, SectionType::identity, wire::size_of<IdentityRecord>);
    wire::Field<Nospam>::write(out, profile.nospam);
    wire::Field<RawKey>::write(out, own);
    wire::Field<SecretKey>::write(out, profile.secret);
}

void write_nodes(Bytes& out, const std::vector<Node>& nodes) {
    Bytes packed;
    for (std::size_t i = 0; i < std::min(nodes.size(), max_saved_nodes); ++i)
        wire::write_packed(packed, {wire::Transport::udp, nodes[i]});
    begin_section(out, SectionType::dht, sizeof dht_magic + wire::size_of<SectionHead> + packed.size());
    wire::Field<Little<std::uint32_t>>::write(out, {dht_magic});
    wire::write(out, SectionHead{{static_cast<std::uint32_t>(packed.size())}, {dht_nodes_section}, {dht_cookie}});
    append(out, packed);
}

void write_relays(Bytes& out, const std::vector<Relay>& relays) {
    if (relays.empty()) return;
    Bytes packed;
    for (std::size_t i = 0; i < std::min(relays.size(), max_saved_relays); ++i)
        wire::write_packed(packed, {wire::Transport::tcp, {relays[i].key, relays[i].endpoint}});
    begin_section(out, SectionType::relays, packed.size());
    append(out, packed);
}

template <std::size_t N>
std::uint16_t put(ByteArray<N>& field, std::string_view text, std::size_t most = N) {
    const std::string_view cut = cut_utf8(text, std::min(most, N));
    std::copy(cut.begin(), cut.end(), field.begin());
    return static_cast<std::uint16_t>(cut.size());
}

FriendRecord record_of(const SavedContact& contact) {
    FriendRecord record;
    const bool request = !contact.accepted && !contact.request_message.empty();
    record.state = static_cast<Byte>(request ? FriendState::requested : FriendState::confirmed);
    record.key = contact.key.raw();
    if (request) record.request_size = put(record.request, contact.request_message, max_request_message);
    record.name_size = put(record.name, contact.name);
    record.status_message_size = put(record.status_message, contact.status_message);
    record.status = static_cast<Byte>(contact.status);
    record.nospam = contact.request_nospam;
    const auto seen = contact.last_seen.value_or(WallTime{}).time_since_epoch().count();
    record.last_seen = static_cast<std::uint64_t>(std::max<std::int64_t>(seen, 0));
    return record;
}

void write_contacts(Bytes& out, const SavedProfile& profile) {
    const std::size_t known = profile.contacts.size() * wire::size_of<FriendRecord>;
    begin_section(out, SectionType::friends, known + profile.unused_contacts.size());
    for (const SavedContact& contact : profile.contacts) wire::write(out, record_of(contact));
    append(out, profile.unused_contacts);
}

// At least what will be written: a buffer that grows would leave copies of the secret key behind.
std::size_t size_bound(const SavedProfile& profile) {
    constexpr std::size_t packed_node = 51;  // IPv6
    constexpr std::size_t fixed = 1024;      // heads, identity, status
    std::size_t size = fixed + profile.name.size() + profile.status_message.size() + profile.unused_contacts.size();
    size += profile.contacts.size() * wire::size_of<FriendRecord> + profile.dht_nodes.size() * packed_node;
    size += profile.relays.size() * packed_node;
    for (const SavedSection& section : profile.other) size += wire::size_of<SectionHead> + section.body.size();
    return size;
}

}  // namespace

Bytes serialise_save(const SavedProfile& profile) {
    Bytes out;
    out.reserve(size_bound(profile));
    wire::write(out, SaveHead{{0}, {save_magic}});
    write_identity(out, profile);
    write_nodes(out, profile.dht_nodes);
    write_contacts(out, profile);
    write_text(out, SectionType::name, cut_utf8(profile.name, max_name));
    write_text(out, SectionType::status_message, cut_utf8(profile.status_message, max_status_message));
    begin_section(out, SectionType::status, 1);
    out.push_back(static_cast<Byte>(profile.status));
    write_relays(out, profile.relays);
    for (const SavedSection& section : profile.other) {
        begin_section(out, section.type, section.body.size());
        append(out, section.body);
    }
    begin_section(out, SectionType::end, 0);
    return out;
}

}  // namespace tox
