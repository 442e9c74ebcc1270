// SPDX-License-Identifier: GPL-3.0-or-later
// What is said within sessions: presence, names, typing, texts and their delivery (spec: Messenger).
#pragma once

#include <deque>
#include <map>
#include <set>

#include "engine/contact/contacts.hpp"
#include "engine/messenger/events.hpp"
#include "engine/messenger/news_pace.hpp"
#include "engine/messenger/offers.hpp"
#include "engine/messenger/queue.hpp"

namespace tox {

struct OwnPresence {
    std::string name;
    std::string status_message;
    UserStatus status = UserStatus::online;
};

// What we know of a contact as a person.
struct Presence {
    std::string name;  // empty: never heard
    std::string status_message;
    UserStatus status = UserStatus::online;
    bool online = false;
    bool typing = false;
    bool signed_off = false;            // they said OFFLINE, and have not come back
    std::optional<WallTime> last_seen;  // when they were online last, if ever
    std::optional<Nospam> nospam;       // with it they can be asked; not known of those who have asked us
};

class Messenger {
  public:
    // All references outlive the messenger; happenings are appended to `events`.
    Messenger(Contacts& contacts, MessageQueue& queue, Loop& loop, std::vector<Event>& events);

    const OwnPresence& self() const { return self_; }
    void restore_self(OwnPresence self) { self_ = std::move(self); }
    bool set_name(std::string_view name);  // false: it was that already
    bool set_status_message(std::string_view message);
    bool set_status(UserStatus status);

    void add(const LongTermKey& contact, Presence known);
    void remove(const LongTermKey& contact);  // tells them if they are there
    const Presence* presence(const LongTermKey& contact) const;
    void learn_nospam(const LongTermKey& contact, std::optional<Nospam> nospam);

    void set_typing(const LongTermKey& contact, bool typing);
    void message_queued(const LongTermKey& contact);  // pending() has grown
    bool send_custom(const LongTermKey& contact, ByteView packet);

    // From the contact layer.
    void session_begun(const LongTermKey& contact);
    void session_suspended(const LongTermKey& contact);
    void session_resumed(const LongTermKey& contact);
    void session_ended(const LongTermKey& contact);
    void received(const LongTermKey& contact, ByteView packet);
    void acknowledged(const LongTermKey& contact);
    // Whether somebody who is there has not said yet that all texts have arrived that are under way to them.
    bool awaits_receipts() const;

    bool tick();  // sends what is due and fits; whether anything was sent
    Instant next_deadline() const { return pace_.next_deadline(); }

  private:
    enum Unsent : unsigned { send_online = 1, send_name = 2, send_message = 4, send_status = 8, send_typing = 16 };
    static constexpr unsigned send_everything = send_name | send_message | send_status | send_typing;

    struct Part {  // of a message, in flight
        MessageId message;
        std::uint32_t packet;
        std::size_t end;  // in the message's text
        bool last;
    };
    struct Chat {
        Presence presence;
        bool we_are_typing = false;
        bool suspended_online = false;  // they were, when the session fell silent
        bool left = false;              // they have said OFFLINE in this session
        bool greeted = false;           // and ONLINE after that
        unsigned unsent = 0;
        std::deque<Part> in_flight;
        // Where sending has come to: this message from this byte on. Behind the last acknowledged part after a lost
        // session.
        MessageId next_message = 0;
        std::size_t next_byte = 0;
        MessageId acknowledged_message = 0;  // the message whose beginning has arrived, and how much of it
        std::size_t acknowledged_bytes = 0;
    };

    Chat* find(const LongTermKey& contact);
    void to_all(unsigned what);
    void mark(const LongTermKey& contact, Chat& chat, unsigned what);
    bool flush(const LongTermKey& contact, Chat& chat);
    bool send_unsent(Session& session, Chat& chat);
    bool send_messages(Contact& there, const LongTermKey& contact, Chat& chat);
    bool send_parts(Session& session, const QueuedMessage& message, std::size_t most, Chat& chat);
    Bytes packet_for(unsigned what, const Chat& chat) const;
    bool set_online(const LongTermKey& contact, Chat& chat, bool online);
    void changed(const LongTermKey& contact, Chat& chat, News what);
    void tell(const LongTermKey& contact, Chat& chat, News what);

    void received_online(const LongTermKey& contact, Chat& chat);
    void come_online(const LongTermKey& contact, Chat& chat);
    void received_offline(const LongTermKey& contact, Chat& chat);
    void received_name(const LongTermKey& contact, Chat& chat, ByteView packet);
    void received_status_message(const LongTermKey& contact, Chat& chat, ByteView packet);
    void received_status(const LongTermKey& contact, Chat& chat, ByteView packet);
    void received_typing(const LongTermKey& contact, Chat& chat, ByteView packet);
    void received_message(const LongTermKey& contact, MessageKind kind, ByteView raw);

    Contacts& contacts_;
    MessageQueue& queue_;
    Loop& loop_;
    std::vector<Event>& events_;
    OwnPresence self_;
    std::map<LongTermKey, Chat> chats_;
    std::set<LongTermKey> touched_;
    Offers offers_;
    NewsPace pace_;
};

}  // namespace tox
