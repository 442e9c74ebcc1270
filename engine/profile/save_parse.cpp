// SPDX-License-Identifier: GPL-3.0-or-later
// Reading .tox files, the damaged ones too: a part that is broken is left out alone and counted, never guessed at.
#include <unordered_map>

#include "engine/messenger/text.hpp"
#include "engine/profile/sane_time.hpp"
#include "engine/profile/save_format.hpp"
#include "engine/profile/save_records.hpp"

namespace tox {
namespace {

constexpr std::string_view encrypted_magic = "toxEsave";  // notes, protocol 2, 6.5

struct Draft {
    SavedProfile profile;
    std::optional<LongTermKey> own;                              // absent: no identity section yet, or a damaged one
    std::unordered_map<LongTermKey, std::size_t, Hashed> index;  // into profile.contacts
};

// The first `size` bytes; a length that cannot be (B45) is taken as the most, and zeros at its end are no text.
std::string text_field(ByteView field, std::size_t size, std::size_t most) {
    const bool absurd = size > most;
    std::string text = text_of(field.first(std::min({size, most, field.size()})));
    if (absurd) text.erase(text.find_last_not_of('\0') + 1);
    return text;
}

UserStatus status_of(Byte value) {
    return value <= static_cast<Byte>(UserStatus::busy) ? static_cast<UserStatus>(value) : UserStatus::online;
}

SavedContact contact_of(const FriendRecord& record, const LongTermKey& key) {
    SavedContact contact;
    contact.key = key;
    // c-toxcore reads anything from 3 on as confirmed, but writes only 3; what nobody writes is not trusted that far
    // (B45)
    contact.accepted = record.state == static_cast<Byte>(FriendState::confirmed) ||
                       record.state == static_cast<Byte>(FriendState::online);
    if (!contact.accepted)
        contact.request_message = text_field(record.request, record.request_size, max_stored_request_message);
    contact.request_nospam = record.nospam;
    contact.name = text_field(record.name, record.name_size, max_name);
    contact.status_message = text_field(record.status_message, record.status_message_size, max_status_message);
    contact.status = status_of(record.status);
    if (record.last_seen != 0) contact.last_seen = sane_time(record.last_seen);
    return contact;
}

void fill(std::string& text, std::string& from) {
    if (text.empty()) text = std::move(from);
}

void merge(SavedContact& known, SavedContact again) {
    known.accepted = known.accepted || again.accepted;
    if (known.accepted) known.request_message.clear();
    if (!known.accepted) fill(known.request_message, again.request_message);
    if (known.request_nospam == Nospam{}) known.request_nospam = again.request_nospam;
    fill(known.name, again.name);
    fill(known.status_message, again.status_message);
    known.last_seen = std::max(known.last_seen, again.last_seen);
}

void take_contact(Draft& draft, ByteView raw) {
    FriendRecord record;
    ByteView in = raw;
    if (!wire::read(in, record) || record.state == static_cast<Byte>(FriendState::free)) return;
    SavedProfile& profile = draft.profile;
    const auto key = LongTermKey::from(record.key);
    const auto known = key ? draft.index.find(*key) : draft.index.end();
    if (known != draft.index.end()) {
        merge(profile.contacts[known->second], contact_of(record, *key));
        ++profile.remarks.contacts_merged;
    } else if (key && profile.contacts.size() < max_saved_contacts) {
        draft.index.emplace(*key, profile.contacts.size());
        profile.contacts.push_back(contact_of(record, *key));
    } else if (profile.remarks.contacts_unused < max_unused_contacts) {
        append(profile.unused_contacts, raw);
        ++profile.remarks.contacts_unused;
    } else {
        ++profile.remarks.contacts_left_out;
    }
}

void take_contacts(Draft& draft, ByteView body) {
    constexpr std::size_t record_size = wire::size_of<FriendRecord>;
    for (; body.size() >= record_size; body = body.subspan(record_size)) take_contact(draft, body.first(record_size));
    if (!body.empty()) ++draft.profile.remarks.contacts_partial;
}

void take_identity(Draft& draft, ByteView body) {
    draft.own.reset();  // the last section counts (R5), a damaged one too
    auto record = wire::parse<IdentityRecord>(body);
    if (!record || same(record->secret.view(), ByteArray<32>{}))
        return;  // zeros are a file never filled, though a key by arithmetic
    auto pair = LongTermKeyPair::from(std::move(record->secret));
    if (!pair || pair->public_key.raw() != record->public_key) return;
    draft.own = pair->public_key;
    draft.profile.secret = std::move(pair->secret);
    draft.profile.nospam = record->nospam;
}

// Nodes or relays of a list, each once. A list that says the same again and again ends early: each of its records costs
// a look at all that are known.
template <class Known>
void take_nodes(std::vector<Known>& nodes, ByteView in, std::size_t most) {
    constexpr std::size_t looks_per_node = 4;
    std::size_t looks = most * looks_per_node;
    constexpr auto transport = std::is_same_v<Known, Relay> ? wire::Transport::tcp : wire::Transport::udp;
    wire::PackedNode packed;
    while (!in.empty() && nodes.size() < most && looks-- > 0) {
        const auto fault = wire::read_packed(in, packed);
        if (fault == wire::PackedFault::short_input || fault == wire::PackedFault::unknown_family) return;
        const bool good =
            fault == wire::PackedFault::none && packed.transport == transport && packed.node.endpoint.is_usable();
        const Known known{packed.node.key, packed.node.endpoint};
        if (good && std::find(nodes.begin(), nodes.end(), known) == nodes.end()) nodes.push_back(known);
    }
}

// Saved nodes only help to start sooner, so damage here costs just them.
void take_dht(Draft& draft, ByteView body) {
    Little<std::uint32_t> magic;
    if (body.size() < sizeof(magic.value)) return;
    wire::Field<Little<std::uint32_t>>::read(body, magic, 0);
    SectionHead head;
    while (magic.value == dht_magic && wire::read(body, head)) {
        if (head.cookie.value != dht_cookie || head.size.value > body.size()) return;
        if (head.type.value == dht_nodes_section)
            take_nodes(draft.profile.dht_nodes, body.first(head.size.value), max_saved_nodes);
        body = body.subspan(head.size.value);
    }
}

void take_section(Draft& draft, std::uint16_t type, ByteView body) {
    SavedProfile& profile = draft.profile;
    switch (static_cast<SectionType>(type)) {
        case SectionType::identity:
            return take_identity(draft, body);
        case SectionType::dht:
            return take_dht(draft, body);
        case SectionType::friends:
            return take_contacts(draft, body);
        case SectionType::name:
            profile.name = cut_utf8(text_of(body), max_name);
            return;
        case SectionType::status_message:
            profile.status_message = cut_utf8(text_of(body), max_status_message);
            return;
        case SectionType::status:
            if (!body.empty()) profile.status = status_of(body.front());
            return;
        case SectionType::relays:
            return take_nodes(profile.relays, body, max_saved_relays);
        default:
            if (profile.other.size() < max_other_sections)
                profile.other.push_back({type, Bytes(body.begin(), body.end())});
            else
                ++profile.remarks.sections_left_out;
    }
}

// False: the file is broken before its end.
bool take_sections(Draft& draft, ByteView in) {
    SectionHead head;
    while (!in.empty()) {
        if (!wire::read(in, head) || head.cookie.value != section_cookie) return false;
        if (static_cast<SectionType>(head.type.value) == SectionType::end)
            return true;  // c-toxcore leaves zeros behind it
        if (head.size.value > in.size()) return false;
        take_section(draft, head.type.value, in.first(head.size.value));
        in = in.subspan(head.size.value);
    }
    draft.profile.remarks.end_missing = true;
    return true;
}

void drop_self(Draft& draft) {  // late, because the identity may stand behind the friends
    draft.profile.remarks.contacts_self =
        std::erase_if(draft.profile.contacts, [&](const SavedContact& contact) { return contact.key == *draft.own; });
}

bool starts_with(ByteView file, std::string_view magic) {
    return file.size() >= magic.size() && text_of(file.first(magic.size())) == magic;
}

tl::expected<SavedProfile, SaveFault> read_save(ByteView file, bool whole) {
    if (starts_with(file, encrypted_magic)) return tl::unexpected(SaveFault::encrypted);
    SaveHead head;
    if (!wire::read(file, head) || head.zero.value != 0 || head.magic.value != save_magic)
        return tl::unexpected(SaveFault::not_a_save);
    Draft draft;
    if (!take_sections(draft, file) && whole) return tl::unexpected(SaveFault::cut_short);
    if (!draft.own) return tl::unexpected(SaveFault::bad_identity);
    drop_self(draft);
    return std::move(draft.profile);
}

}  // namespace

tl::expected<SavedProfile, SaveFault> parse_save(ByteView file) { return read_save(file, true); }

std::optional<SavedProfile> recover_save(ByteView file) {
    auto profile = read_save(file, false);
    if (!profile) return std::nullopt;
    return std::move(*profile);
}

}  // namespace tox
