// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/profile/outbox.hpp"

#include "engine/base/check.hpp"
#include "engine/profile/files.hpp"
#include "engine/profile/journal.hpp"
#include "engine/wire/codec.hpp"

namespace tox {
namespace {

struct HeadRecord {  // the first one of each journal
    static constexpr Byte kind = 0;
    MessageId next = 1;  // ids below are taken, also those of messages that are gone
    static constexpr auto fields() { return std::tuple{&HeadRecord::next}; }
};

struct AddRecord {
    static constexpr Byte kind = 1;
    MessageId id = 0;
    LongTermKey contact;
    Byte message_kind = 0;
    wire::Rest<1> text;
    static constexpr auto fields() {
        using A = AddRecord;
        return std::tuple{&A::id, &A::contact, &A::message_kind, &A::text};
    }
};

struct DoneRecord {
    static constexpr Byte kind = 2;
    MessageId id = 0;
    static constexpr auto fields() { return std::tuple{&DoneRecord::id}; }
};

struct ForgetRecord {  // read, but not written any more: what is forgotten is left out at once
    static constexpr Byte kind = 3;
    LongTermKey contact;
    static constexpr auto fields() { return std::tuple{&ForgetRecord::contact}; }
};

constexpr std::size_t add_overhead = journal::overhead + wire::size_of<AddRecord> - 1;
constexpr std::size_t head_size = journal::overhead + wire::size_of<HeadRecord>;

bool before(MessageId id, const Outbox::Message& message) { return id < message.id; }

void write_add(Bytes& out, const LongTermKey& contact, const Outbox::Message& message) {
    const ByteView text = bytes_of(message.text);
    journal::write(out, wire::serialise(AddRecord{
                            message.id, contact, static_cast<Byte>(message.kind), {Bytes(text.begin(), text.end())}}));
}

}  // namespace

// ---- in memory -------------------------------------------------------------------------------------------------

void Outbox::insert(const LongTermKey& contact, Message message) {
    if (!owners_.emplace(message.id, contact).second) return;
    next_ = std::max(next_, message.id + 1);
    total_ += message.text.size();
    auto& queue = pending_[contact];
    queue.insert(std::upper_bound(queue.begin(), queue.end(), message.id, before), std::move(message));
}

bool Outbox::take(MessageId id) {
    const auto owner = owners_.find(id);
    if (owner == owners_.end()) return false;
    const auto queue = pending_.find(owner->second);
    const auto message = std::upper_bound(queue->second.begin(), queue->second.end(), id, before) - 1;
    total_ -= message->text.size();
    queue->second.erase(message);
    if (queue->second.empty()) pending_.erase(queue);
    owners_.erase(owner);
    return true;
}

void Outbox::drop(const LongTermKey& contact) {
    const auto queue = pending_.find(contact);
    if (queue == pending_.end()) return;
    for (const Message& message : queue->second) {
        total_ -= message.text.size();
        owners_.erase(message.id);
    }
    pending_.erase(queue);
}

const std::vector<Outbox::Message>& Outbox::pending(const LongTermKey& contact) const {
    static const std::vector<Message> none;
    const auto queue = pending_.find(contact);
    return queue == pending_.end() ? none : queue->second;
}

std::vector<LongTermKey> Outbox::contacts() const {
    std::vector<LongTermKey> keys;
    for (const auto& [key, queue] : pending_) keys.push_back(key);
    return keys;
}

// ---- the journal -----------------------------------------------------------------------------------------------

bool Outbox::load() {
    TOX_CHECK_OR(!loaded_, false);
    Bytes file;
    const auto read = storage_.read(files::queue, file);
    if (read == Storage::Read::failed) {
        error_ = storage_.error();
        return false;
    }
    if (read == Storage::Read::absent) rewrite_first_ = true;
    if (!replay(file)) {
        error_ = "the message queue was written by a later version of this program";
        return false;
    }
    file_size_ = file.size();
    loaded_ = true;
    return true;
}

bool Outbox::replay(ByteView file) {
    journal::Reader reader(file);
    std::size_t records = 0;
    for (; const auto payload = reader.next(); ++records)
        if (!apply(*payload)) return false;
    if (reader.later_version()) return false;
    if (reader.torn()) rewrite_first_ = true;
    // A journal begins whole, because it is replaced as one: without a record it is something else.
    was_damaged_ = reader.damaged() || (records == 0 && file.size() >= head_size);
    if (was_damaged_) damaged_.assign(file.begin(), file.end());
    return true;
}

// False for a record this version does not know: its checksum was right, so it is a later one's.
bool Outbox::apply(ByteView payload) {
    if (const auto head = wire::parse<HeadRecord>(payload)) {
        next_ = std::max(next_, head->next);
    } else if (auto added = wire::parse<AddRecord>(payload)) {
        const auto kind =
            added->message_kind == static_cast<Byte>(MessageKind::action) ? MessageKind::action : MessageKind::text;
        // We never wrote more than there is room for: a file that holds more was made up.
        const std::size_t size = added->text.bytes.size();
        if (size <= max_text && has_room(added->contact, size))
            insert(added->contact, {added->id, kind, text_of(added->text.bytes)});
    } else if (const auto gone = wire::parse<DoneRecord>(payload)) {
        take(gone->id);
    } else if (const auto forgotten = wire::parse<ForgetRecord>(payload)) {
        drop(forgotten->contact);
    } else {
        return false;
    }
    return true;
}

Bytes Outbox::snapshot() const {
    std::vector<std::pair<LongTermKey, const Message*>> all;
    for (const auto& [contact, queue] : pending_)
        for (const Message& message : queue) all.emplace_back(contact, &message);
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.second->id < b.second->id; });
    Bytes out;
    journal::write(out, wire::serialise(HeadRecord{next_}));
    for (const auto& [contact, message] : all) write_add(out, contact, *message);
    return out;
}

std::size_t Outbox::live_size() const { return head_size + total_ + owners_.size() * add_overhead; }

bool Outbox::rewrite() {
    rewrite_first_ = true;
    unwritten_.clear();  // the snapshot says it all
    const Bytes journal = snapshot();
    const bool aside = damaged_.empty() || files::set_aside(storage_, files::queue, damaged_);
    if (!aside || !storage_.replace(files::queue, journal)) {
        error_ = storage_.error();
        return false;
    }
    damaged_.clear();
    file_size_ = journal.size();
    rewrite_first_ = false;
    return true;
}

bool Outbox::write() {
    if (rewrite_first_) return rewrite();
    // A failed append may have left half a record: all that is true is written anew before anything else is appended.
    if (!storage_.append(files::queue, unwritten_)) return rewrite();
    file_size_ += unwritten_.size();
    unwritten_.clear();
    if (dead_size() > max_dead && dead_size() > live_size()) rewrite();  // if that fails the journal stands
    return true;
}

bool Outbox::wants_rewrite() const {
    const bool nothing_yet = file_size_ == 0 && owners_.empty();
    return !nothing_yet && (rewrite_first_ || dead_size() > 0);
}

bool Outbox::flush() { return !loaded_ || !wants_rewrite() || rewrite(); }

void Outbox::set_deadlines(Instant now) {
    if (unwritten_.empty())
        receipts_due_ = never;
    else if (receipts_due_ == never)
        receipts_due_ = now + written_within;
    if (!wants_rewrite())
        rewrite_due_ = never;
    else if (rewrite_due_ == never)
        rewrite_due_ = now + written_within + std::chrono::seconds(live_size() / rewritten_per_second);
}

void Outbox::tick(Instant now) {
    if (!loaded_) return;
    set_deadlines(now);
    if (next_deadline() > now) return;
    const bool whole = rewrite_due_ <= now;
    if (!(whole ? rewrite() : write())) {
        receipts_due_ = rewrite_due_ = now + again_after_failure;
        return;
    }
    receipts_due_ = never;
    if (whole) rewrite_due_ = never;
    set_deadlines(now);
}

// ---- commands --------------------------------------------------------------------------------------------------

std::optional<Outbox::Fault> Outbox::refusal(const LongTermKey& contact, std::string_view text) const {
    if (!loaded_ || text.empty()) return Fault::not_saved;
    if (text.size() > max_text) return Fault::too_long;
    if (!has_room(contact, text.size())) return Fault::queue_full;
    return std::nullopt;
}

bool Outbox::has_room(const LongTermKey& contact, std::size_t text) const {
    return count(contact) < max_per_contact && total_ + text <= max_total;
}

tl::expected<MessageId, Outbox::Fault> Outbox::add(const LongTermKey& contact, MessageKind kind,
                                                   std::string_view text) {
    if (const auto fault = refusal(contact, text)) return tl::unexpected(*fault);
    const MessageId id = next_;
    insert(contact, {id, kind, std::string(text)});
    write_add(unwritten_, contact, pending(contact).back());
    if (write()) return id;
    take(id);
    return tl::unexpected(Fault::not_saved);
}

bool Outbox::done(MessageId id) {
    if (!take(id)) return false;
    if (!rewrite_first_) journal::write(unwritten_, wire::serialise(DoneRecord{id}));
    return true;
}

bool Outbox::forget(const LongTermKey& contact) {
    if (!loaded_) return false;
    drop(contact);
    return flush();
}

void Outbox::forget_unless(const std::function<bool(const LongTermKey& contact)>& wanted) {
    for (const LongTermKey& contact : contacts())
        if (!wanted(contact)) drop(contact);
}

}  // namespace tox
