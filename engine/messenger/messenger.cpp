// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/messenger/messenger.hpp"

#include "engine/messenger/text.hpp"
#include "engine/wire/messenger.hpp"

namespace tox {
namespace {

// Custom packets (spec: lossless 160-191, lossy 200-254).
bool is_custom_lossless(Byte kind) { return kind >= 160 && kind <= 191; }
bool is_custom_lossy(Byte kind) { return kind >= 200 && kind <= 254; }

wire::Rest<> rest_of(std::string_view text) {
    const ByteView bytes = bytes_of(text);
    return {Bytes(bytes.begin(), bytes.end())};
}

}  // namespace

Messenger::Messenger(Contacts& contacts, MessageQueue& queue, Loop& loop, std::vector<Event>& events)
    : contacts_(contacts), queue_(queue), loop_(loop), events_(events), offers_(events) {}

// ---- our side ----------------------------------------------------------------------------------------------------

bool Messenger::set_name(std::string_view name) {
    const std::string_view cut = cut_utf8(name, max_name);
    if (self_.name == cut) return false;
    self_.name = cut;
    to_all(send_name);
    return true;
}

bool Messenger::set_status_message(std::string_view message) {
    const std::string_view cut = cut_utf8(message, max_status_message);
    if (self_.status_message == cut) return false;
    self_.status_message = cut;
    to_all(send_message);
    return true;
}

bool Messenger::set_status(UserStatus status) {
    if (self_.status == status) return false;
    self_.status = status;
    to_all(send_status);
    return true;
}

void Messenger::to_all(unsigned what) {
    for (auto& [contact, chat] : chats_)
        if (chat.presence.online) mark(contact, chat, what);
}

void Messenger::mark(const LongTermKey& contact, Chat& chat, unsigned what) {
    chat.unsent |= what;
    touched_.insert(contact);
}

Messenger::Chat* Messenger::find(const LongTermKey& contact) {
    const auto chat = chats_.find(contact);
    return chat == chats_.end() ? nullptr : &chat->second;
}

const Presence* Messenger::presence(const LongTermKey& contact) const {
    const auto chat = chats_.find(contact);
    return chat == chats_.end() ? nullptr : &chat->second.presence;
}

void Messenger::add(const LongTermKey& contact, Presence known) { chats_[contact].presence = std::move(known); }

void Messenger::learn_nospam(const LongTermKey& contact, std::optional<Nospam> nospam) {
    if (Chat* chat = find(contact)) chat->presence.nospam = nospam;
}

void Messenger::remove(const LongTermKey& contact) {
    Contact* there = contacts_.find(contact);
    if (Session* session = there != nullptr ? there->session() : nullptr)
        session->send_lossless(wire::serialise(wire::Offline{}), loop_.now());
    chats_.erase(contact);
    touched_.erase(contact);
    offers_.forget(contact);
    pace_.forget(contact);
}

void Messenger::set_typing(const LongTermKey& contact, bool typing) {
    Chat* chat = find(contact);
    if (chat == nullptr || chat->we_are_typing == typing) return;
    chat->we_are_typing = typing;
    if (chat->presence.online) mark(contact, *chat, send_typing);
}

void Messenger::message_queued(const LongTermKey& contact) { touched_.insert(contact); }

bool Messenger::send_custom(const LongTermKey& contact, ByteView packet) {
    const Presence* known = presence(contact);
    Contact* there = contacts_.touch(contact);
    Session* session = there != nullptr && known != nullptr && known->online ? there->session() : nullptr;
    if (session == nullptr) return false;
    if (is_custom_lossy(packet.front())) return session->send_lossy(packet, loop_.now());
    return is_custom_lossless(packet.front()) && session->send_lossless(packet, loop_.now()).has_value();
}

// ---- sending -----------------------------------------------------------------------------------------------------

bool Messenger::tick() {
    for (const auto& [contact, what] : pace_.due(loop_.now()))
        if (Chat* chat = find(contact)) tell(contact, *chat, what);
    bool sent = false;
    for (const LongTermKey& contact : std::exchange(touched_, {}))
        if (Chat* chat = find(contact)) sent |= flush(contact, *chat);
    return sent;
}

bool Messenger::flush(const LongTermKey& contact, Chat& chat) {
    Contact* there = contacts_.touch(contact);
    Session* session = there != nullptr ? there->session() : nullptr;
    if (session == nullptr) return false;
    const bool told = send_unsent(*session, chat);
    const bool may_talk = chat.presence.online && chat.unsent == 0;  // before ONLINE they drop everything (T27)
    if (!may_talk) return told;
    const bool refused = offers_.refuse(
        contact, [&](ByteView packet) { return session->send_lossless(packet, loop_.now()).has_value(); });
    return send_messages(*there, contact, chat) || refused || told;
}

Bytes Messenger::packet_for(unsigned what, const Chat& chat) const {
    switch (what) {
        case send_online:
            return wire::serialise(wire::Online{});
        case send_name:
            return wire::serialise(wire::Nickname{rest_of(self_.name)});
        case send_message:
            return wire::serialise(wire::StatusMessage{rest_of(self_.status_message)});
        case send_status:
            return wire::serialise(wire::Status{static_cast<Byte>(self_.status)});
        default:
            return wire::serialise(wire::Typing{static_cast<Byte>(chat.we_are_typing)});
    }
}

// In the order of the flags. What does not fit stays marked: acknowledgements bring us back.
bool Messenger::send_unsent(Session& session, Chat& chat) {
    bool sent = false;
    for (unsigned what = send_online; what <= send_typing; what <<= 1U) {
        if ((chat.unsent & what) == 0) continue;
        if (!session.send_lossless(packet_for(what, chat), loop_.now())) return sent;
        chat.unsent &= ~what;
        sent = true;
    }
    return sent;
}

bool Messenger::send_messages(Contact& there, const LongTermKey& contact, Chat& chat) {
    const std::size_t most = std::min(max_part, there.largest_packet() - 1);  // a byte says of which kind it is
    bool sent = false;
    const auto& pending = queue_.pending(contact);
    auto message = std::lower_bound(pending.begin(), pending.end(), chat.next_message,
                                    [](const QueuedMessage& queued, MessageId id) { return queued.id < id; });
    for (; message != pending.end(); ++message) {
        if (message->id != chat.next_message) {
            chat.next_message = message->id;
            chat.next_byte = chat.acknowledged_message == message->id ? chat.acknowledged_bytes : 0;
        }
        const std::size_t before = chat.in_flight.size();
        const bool whole = send_parts(*there.session(), *message, most, chat);
        sent |= chat.in_flight.size() != before;
        if (!whole) break;
        chat.next_message = message->id + 1;
        chat.next_byte = 0;
    }
    return sent;
}

// From the next byte on; true if the last part went out.
bool Messenger::send_parts(Session& session, const QueuedMessage& message, std::size_t most, Chat& chat) {
    for (const std::string_view part : split_text(std::string_view(message.text).substr(chat.next_byte), most)) {
        Bytes packet{message.kind == MessageKind::action ? wire::Action::kind : wire::Text::kind};
        append(packet, bytes_of(part));
        const auto number = session.send_lossless(packet, loop_.now());
        if (!number) return false;
        chat.next_byte += part.size();
        chat.in_flight.push_back({message.id, *number, chat.next_byte, chat.next_byte == message.text.size()});
    }
    return true;
}

void Messenger::acknowledged(const LongTermKey& contact) {
    Chat* chat = find(contact);
    const Contact* there = contacts_.find(contact);
    const Session* session = there != nullptr ? there->kept_session() : nullptr;
    if (chat == nullptr || session == nullptr) return;
    while (!chat->in_flight.empty() && session->delivered(chat->in_flight.front().packet)) {
        const Part part = chat->in_flight.front();
        chat->in_flight.pop_front();
        chat->acknowledged_message = part.message;
        chat->acknowledged_bytes = part.end;
        if (part.last && queue_.done(part.message)) events_.push_back(MessageDelivered{contact, part.message});
    }
    touched_.insert(contact);  // there is room again
}

bool Messenger::awaits_receipts() const {
    return std::any_of(chats_.begin(), chats_.end(), [](const auto& entry) {
        return entry.second.presence.online && !entry.second.in_flight.empty();
    });
}

// ---- their side --------------------------------------------------------------------------------------------------

void Messenger::session_begun(const LongTermKey& contact) {
    Chat* chat = find(contact);
    if (chat == nullptr) return;
    chat->unsent = 0;
    chat->presence.signed_off = false;
    mark(contact, *chat, send_online);
}

// What is in flight stays so: the session may go on.
void Messenger::session_suspended(const LongTermKey& contact) {
    Chat* chat = find(contact);
    if (chat != nullptr) chat->suspended_online = set_online(contact, *chat, false);
}

// Perhaps they never noticed, and then do not greet us again.
void Messenger::session_resumed(const LongTermKey& contact) {
    Chat* chat = find(contact);
    if (chat == nullptr) return;
    touched_.insert(contact);
    if (!std::exchange(chat->suspended_online, false)) return;
    set_online(contact, *chat, true);
    chat->unsent |= send_everything;
}

void Messenger::session_ended(const LongTermKey& contact) {
    Chat* chat = find(contact);
    if (chat == nullptr) return;
    // What was in flight may have arrived or not; it is sent again, but not the parts known to have arrived.
    chat->in_flight.clear();
    chat->suspended_online = chat->left = chat->greeted = false;
    chat->unsent = 0;
    chat->next_message = 0;
    offers_.session_ended(contact);
    set_online(contact, *chat, false);
}

bool Messenger::set_online(const LongTermKey& contact, Chat& chat, bool online) {
    if (chat.presence.online == online) return false;
    if (std::exchange(chat.presence.typing, false)) changed(contact, chat, News::typing);
    chat.presence.online = online;
    if (const Contact* there = std::as_const(contacts_).find(contact)) chat.presence.last_seen = there->history().heard;
    events_.push_back(PresenceChanged{contact, online});
    return true;
}

void Messenger::changed(const LongTermKey& contact, Chat& chat, News what) {
    if (pace_.may_tell(contact, what, loop_.now())) tell(contact, chat, what);
}

void Messenger::tell(const LongTermKey& contact, Chat& chat, News what) {
    const Presence& now = chat.presence;
    switch (what) {
        case News::presence:
            if (chat.greeted) come_online(contact, chat);
            return;
        case News::name:
            return events_.push_back(NameChanged{contact, now.name});
        case News::status_message:
            return events_.push_back(StatusMessageChanged{contact, now.status_message});
        case News::status:
            return events_.push_back(StatusChanged{contact, now.status});
        case News::typing:
            return events_.push_back(TypingChanged{contact, now.typing});
    }
}

void Messenger::received(const LongTermKey& contact, ByteView packet) {
    Chat* chat = find(contact);
    if (chat == nullptr || packet.empty()) return;
    const Byte kind = packet.front();
    if (wire::parse<wire::Online>(packet)) return received_online(contact, *chat);
    if (wire::parse<wire::Offline>(packet)) return received_offline(contact, *chat);
    if (!chat->presence.online) return;  // as c-toxcore: nothing counts before ONLINE
    switch (kind) {
        case wire::Nickname::kind:
            return received_name(contact, *chat, packet);
        case wire::StatusMessage::kind:
            return received_status_message(contact, *chat, packet);
        case wire::Status::kind:
            return received_status(contact, *chat, packet);
        case wire::Typing::kind:
            return received_typing(contact, *chat, packet);
        case wire::Text::kind:
            return received_message(contact, MessageKind::text, packet.subspan(1));
        case wire::Action::kind:
            return received_message(contact, MessageKind::action, packet.subspan(1));
        default:
            break;
    }
    if (offers_.received(contact, packet, loop_.now())) touched_.insert(contact);
    if (is_custom_lossless(kind) || is_custom_lossy(kind))
        events_.push_back(CustomPacketReceived{contact, Bytes(packet.begin(), packet.end())});
}

// A longer ONLINE carries capabilities of a fork (notes 4.5); only the one-byte packet counts, and that one comes too.
void Messenger::received_online(const LongTermKey& contact, Chat& chat) {
    if (chat.presence.online) return;
    chat.greeted = true;
    if (!chat.left || pace_.may_tell(contact, News::presence, loop_.now())) come_online(contact, chat);
}

void Messenger::come_online(const LongTermKey& contact, Chat& chat) {
    chat.greeted = false;
    if (!set_online(contact, chat, true)) return;
    chat.presence.signed_off = false;
    mark(contact, chat, send_online | send_everything);  // answered by another ONLINE, as every Tox program does
}

// They have removed us, and may think better of it; but each coming back costs us five packets, and the list a line.
void Messenger::received_offline(const LongTermKey& contact, Chat& chat) {
    chat.left = true;
    chat.greeted = false;
    chat.presence.signed_off = set_online(contact, chat, false) || chat.presence.signed_off;
}

void Messenger::received_name(const LongTermKey& contact, Chat& chat, ByteView packet) {
    const auto name = wire::parse<wire::Nickname>(packet);
    if (!name || name->name.bytes.size() > max_name) return;
    const std::string line = received_line(text_of(name->name.bytes));
    if (line == chat.presence.name) return;
    chat.presence.name = line;
    changed(contact, chat, News::name);
}

void Messenger::received_status_message(const LongTermKey& contact, Chat& chat, ByteView packet) {
    const auto message = wire::parse<wire::StatusMessage>(packet);
    if (!message || message->message.bytes.size() > max_status_message) return;
    const std::string line = received_line(text_of(message->message.bytes));
    if (line == chat.presence.status_message) return;
    chat.presence.status_message = line;
    changed(contact, chat, News::status_message);
}

void Messenger::received_status(const LongTermKey& contact, Chat& chat, ByteView packet) {
    const auto status = wire::parse<wire::Status>(packet);
    if (!status || status->status > static_cast<Byte>(UserStatus::busy)) return;
    if (status->status == static_cast<Byte>(chat.presence.status)) return;
    chat.presence.status = static_cast<UserStatus>(status->status);
    changed(contact, chat, News::status);
}

void Messenger::received_typing(const LongTermKey& contact, Chat& chat, ByteView packet) {
    const auto typing = wire::parse<wire::Typing>(packet);
    if (!typing || (typing->typing != 0) == chat.presence.typing) return;
    chat.presence.typing = typing->typing != 0;
    changed(contact, chat, News::typing);
}

void Messenger::received_message(const LongTermKey& contact, MessageKind kind, ByteView raw) {
    if (raw.size() > max_part) return;
    std::string text = received_text(text_of(raw));
    if (!text.empty()) events_.push_back(MessageReceived{contact, kind, std::move(text)});
}

}  // namespace tox
