// SPDX-License-Identifier: GPL-3.0-or-later
// Messages that are not delivered yet, in a journal on the disk: what add() returned an id for survives whatever
// happens (R55), and what is delivered or given up is gone from the disk within seconds, text and all. Knows nothing of
// sessions and packets.
#pragma once

#include <functional>
#include <tl/expected.hpp>
#include <unordered_map>

#include "engine/base/time.hpp"
#include "engine/crypto/keys.hpp"
#include "engine/host/storage.hpp"
#include "engine/messenger/queue.hpp"

namespace tox {

class Outbox final : public MessageQueue {
  public:
    static constexpr std::size_t max_per_contact = 1000;        // nobody reads more after a holiday
    static constexpr std::size_t max_total = 16 * 1024 * 1024;  // bytes of text; all of it is in memory and in one file
    static constexpr std::size_t max_dead = 64 * 1024;  // bytes of the journal; more than that and it is rewritten at
                                                        // once, if the dead part is also the larger one
    // How long a receipt may wait for others before it is written. Dead text leaves the disk by rewriting the journal:
    // as soon, if little is pending; a long queue is not written over and over, but at so many bytes a second at most.
    static constexpr Duration written_within = 2s;
    static constexpr std::size_t rewritten_per_second = 256 * 1024;
    static constexpr Duration again_after_failure = 30s;

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
    // Delivered. Written with the next add(), or by tick(): after a crash in between the message is sent a second time,
    // which is the lesser evil. False: no such message.
    bool done(MessageId id) override;
    // Drops all of a contact's messages, on the disk too. False: the disk refused; tick() tries again.
    bool forget(const LongTermKey& contact);
    void forget_unless(const std::function<bool(const LongTermKey& contact)>& wanted);  // likewise; by tick()
    bool flush();  // all that waits, at the end: the journal then holds what is pending and nothing else
    void tick(Instant now);
    Instant next_deadline() const { return std::min(receipts_due_, rewrite_due_); }  // complete after tick()

    // In the order of add(); valid until the next call that changes the outbox.
    const std::vector<Message>& pending(const LongTermKey& contact) const override;
    std::size_t count(const LongTermKey& contact) const { return pending(contact).size(); }
    std::vector<LongTermKey> contacts() const;    // who has messages waiting
    std::string error() const { return error_; }  // of the last failure, for people
    bool usable() const { return loaded_; }       // what load() said
    bool was_damaged() const { return was_damaged_; }

  private:
    bool replay(ByteView journal);
    bool apply(ByteView payload);
    bool write();
    bool rewrite();
    bool wants_rewrite() const;
    void set_deadlines(Instant now);
    Bytes snapshot() const;
    std::size_t live_size() const;
    std::size_t dead_size() const { return file_size_ - std::min(file_size_, live_size()); }
    bool has_room(const LongTermKey& contact, std::size_t text) const;
    std::optional<Fault> refusal(const LongTermKey& contact, std::string_view text) const;
    void insert(const LongTermKey& contact, Message message);
    bool take(MessageId id);
    void drop(const LongTermKey& contact);

    Storage& storage_;
    std::unordered_map<LongTermKey, std::vector<Message>, Hashed> pending_;
    std::unordered_map<MessageId, LongTermKey> owners_;
    Bytes unwritten_;  // records that are true, but not in the journal; none while it is to be rewritten
    Bytes damaged_;    // a journal that lost more than its tail, until it is set aside
    MessageId next_ = 1;
    std::size_t total_ = 0;         // bytes of text in pending_
    std::size_t file_size_ = 0;     // of the journal
    Instant receipts_due_ = never;  // when unwritten_ is appended
    Instant rewrite_due_ = never;   // when the journal is rewritten without what is dead
    bool loaded_ = false;
    bool was_damaged_ = false;
    bool rewrite_first_ = false;  // the journal's tail is not trusted: replace it before anything is appended
    std::string error_;
};

}  // namespace tox
