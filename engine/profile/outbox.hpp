// SPDX-License-Identifier: GPL-3.0-or-later
// Messages that are not delivered yet, in a journal on the disk: what add() returned an id for survives whatever
// happens (R55). Knows nothing of sessions and packets.
#pragma once

#include <tl/expected.hpp>
#include <unordered_map>

#include "engine/crypto/keys.hpp"
#include "engine/host/storage.hpp"
#include "engine/messenger/queue.hpp"

namespace tox {

class Outbox final : public MessageQueue {
  public:
    static constexpr std::size_t max_per_contact = 1000;        // nobody reads more after a holiday
    static constexpr std::size_t max_total = 16 * 1024 * 1024;  // bytes of text; all of it is in memory and in one file
    static constexpr std::size_t max_dead = 64 * 1024;      // bytes of the journal; more than that and it is rewritten,
                                                            // if the dead part is also the larger one
    static constexpr std::size_t max_unwritten = 4 * 1024;  // bytes of records that wait for company

    using Message = QueuedMessage;
    enum class Fault { queue_full, too_long, not_saved };

    explicit Outbox(Storage& storage) : storage_(storage) {}  // outlives the outbox

    // False: the journal is there but cannot be read, or is of a later version. It is left alone then and add() says
    // not_saved. A torn tail loses only its unfinished record; a journal damaged otherwise is set aside, and what is
    // whole in it is used.
    bool load();

    // On return the message is on the disk. The text is not empty. not_saved: it is not in the queue and will not be
    // sent, except when the process dies before the disk accepts writes again: then it may come back.
    tl::expected<MessageId, Fault> add(const LongTermKey& contact, MessageKind kind, std::string_view text);
    // Delivered. Written with the next add() or flush(): after a crash in between the message is sent a second time,
    // which is the lesser evil. False: no such message.
    bool done(MessageId id) override;
    // Drops all of a contact's messages, on the disk too. False: the disk refused; flush() tries again.
    bool forget(const LongTermKey& contact);
    bool flush();  // writes what waits, if anything does; call it when the profile is saved and at the end

    // In the order of add(); valid until the next call that changes the outbox.
    const std::vector<Message>& pending(const LongTermKey& contact) const override;
    std::size_t count(const LongTermKey& contact) const { return pending(contact).size(); }
    std::vector<LongTermKey> contacts() const;    // who has messages waiting
    std::string error() const { return error_; }  // of the last failure, for people

  private:
    bool replay(ByteView journal);
    bool apply(ByteView payload);
    bool write();
    bool rewrite();
    Bytes snapshot() const;
    std::size_t live_size() const;
    std::optional<Fault> refusal(const LongTermKey& contact, std::string_view text) const;
    void insert(const LongTermKey& contact, Message message);
    bool take(MessageId id);
    bool drop(const LongTermKey& contact);

    Storage& storage_;
    std::unordered_map<LongTermKey, std::vector<Message>, Hashed> pending_;
    std::unordered_map<MessageId, LongTermKey> owners_;
    Bytes unwritten_;  // records that are true, but not in the journal; none while it is to be rewritten
    Bytes damaged_;    // a journal that lost more than its tail, until it is set aside
    MessageId next_ = 1;
    std::size_t total_ = 0;      // bytes of text in pending_
    std::size_t file_size_ = 0;  // of the journal
    bool loaded_ = false;
    bool rewrite_first_ = false;  // the journal's tail is not trusted: replace it before anything is appended
    std::string error_;
};

}  // namespace tox
