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

struct ForgetRecord {
    static constexpr Byte kind = 3;
    LongTermKey contact;
    static constexpr auto fields() { return std::tuple{&ForgetRecord::contact}; }
};

constexpr std::size_t add_overhead = journal::overhead + wire::size_of<AddRecord> - 1;

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
    pending_[contact].push_back(std::move(message));
}

bool Outbox::take(MessageId id) {
    const auto owner = owners_.find(id);
    if (owner == owners_.end()) return false;
    const auto queue = pending_.find(owner->second);
    const auto same_id = [id](const Message& message) { return message.id == id; };
    const auto message = std::find_if(queue->second.begin(), queue->second.end(), same_id);
    total_ -= message->text.size();
    queue->second.erase(message);
    if (queue->second.empty()) pending_.erase(queue);
    owners_.erase(owner);
    return true;
}

bool Outbox::drop(const LongTermKey& contact) {
    const auto queue = pending_.find(contact);
    if (queue == pending_.end()) return false;
    for (const Message& message : queue->second) {
        total_ -= message.text.size();
        owners_.erase(message.id);
    }
    pending_.erase(queue);
    return true;
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
    while (const auto payload = reader.next())
        if (!apply(*payload)) return false;
    if (reader.later_version()) return false;
    if (reader.torn()) rewrite_first_ = true;
    if (reader.damaged()) damaged_.assign(file.begin(), file.end());
    return true;
}

// False for a record this version does not know: its checksum was right, so it is a later one's.
bool Outbox::apply(ByteView payload) {
    if (const auto head = wire::parse<HeadRecord>(payload)) {
        next_ = std::max(next_, head->next);
    } else if (auto added = wire::parse<AddRecord>(payload)) {
        const auto kind =
            added->message_kind == static_cast<Byte>(MessageKind::action) ? MessageKind::action : MessageKind::text;
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

std::size_t Outbox::live_size() const { return total_ + owners_.size() * add_overhead; }

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
    const std::size_t live = live_size();
    const std::size_t dead = file_size_ - std::min(file_size_, live);
    if (dead > max_dead && dead > live) rewrite();  // if that fails the journal stands, and the next write tries again
    return true;
}

bool Outbox::flush() {
    const bool nothing_yet = file_size_ == 0 && owners_.empty();
    if (!loaded_ || nothing_yet || (unwritten_.empty() && !rewrite_first_)) return true;
    return write();
}

// ---- commands --------------------------------------------------------------------------------------------------

std::optional<Outbox::Fault> Outbox::refusal(const LongTermKey& contact, std::string_view text) const {
    if (!loaded_ || text.empty()) return Fault::not_saved;
    if (text.size() > max_text) return Fault::too_long;
    if (count(contact) >= max_per_contact || total_ + text.size() > max_total) return Fault::queue_full;
    return std::nullopt;
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
    if (unwritten_.size() > max_unwritten) flush();
    return true;
}

bool Outbox::forget(const LongTermKey& contact) {
    if (!loaded_) return false;
    if (drop(contact) && !rewrite_first_) journal::write(unwritten_, wire::serialise(ForgetRecord{contact}));
    return flush();
}

}  // namespace tox
