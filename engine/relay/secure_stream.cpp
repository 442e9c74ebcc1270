// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/relay/secure_stream.hpp"

namespace tox {
namespace {

constexpr std::size_t keep_capacity = 4096;  // of an empty buffer: most connections are idle most of the time

void release(Bytes& buffer, std::size_t& done) {
    if (done < buffer.size()) {
        if (done < buffer.size() / 2) return;
        buffer.erase(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(done));
    } else if (buffer.capacity() > keep_capacity) {
        Bytes().swap(buffer);
    } else {
        buffer.clear();
    }
    done = 0;
}

}  // namespace

SecureStream::SecureStream(std::unique_ptr<Stream> stream, const DhtKeyPair& self, const DhtKey& relay,
                           SecureStreamListener& listener)
    : stream_(std::move(stream)),
      self_(self),
      listener_(listener),
      client_(true),
      peer_(relay),
      static_key_(precompute(relay, self.secret)) {
    stream_->set_sink(this);
}

SecureStream::SecureStream(std::unique_ptr<Stream> stream, const DhtKeyPair& self, SecureStreamListener& listener)
    : stream_(std::move(stream)), self_(self), listener_(listener), client_(false), open_(true) {
    stream_->set_sink(this);
}

SecureStream::~SecureStream() {
    if (stream_) stream_->set_sink(nullptr);
}

// ---- the stream's events -----------------------------------------------------------------------------------------

void SecureStream::on_open() {
    open_ = true;
    greet();
    report();
}

void SecureStream::on_writable() {
    blocked_ = false;
    flush();
}

void SecureStream::on_closed(StreamEnd end) {
    fail(end);
    report();
}

// What is left over afterwards is less than one frame: the buffer is bounded by that and the piece at hand (trap T31).
void SecureStream::on_bytes(ByteView bytes) {
    append(incoming_, bytes);
    while (!ended_ && (secured_ ? take_frame() : take_hello())) {
    }
    release(incoming_, taken_);
    flush();
    report();
}

void SecureStream::fail(StreamEnd end) {
    if (std::exchange(ended_, true)) return;
    end_ = end;
    stream_->set_sink(nullptr);
    Bytes().swap(outgoing_);
    written_ = 0;
}

// The last thing in every event: whoever hears it may destroy us.
void SecureStream::report() {
    if (ended_ && !std::exchange(reported_, true)) listener_.on_ended(end_);
}

// ---- hellos ------------------------------------------------------------------------------------------------------

void SecureStream::greet() {
    if (!static_key_) return fail(StreamEnd::closed);
    const Nonce nonce = Nonce::random();
    const auto body = wire::Sealed<wire::StreamSecrets>::of(*static_key_, nonce, {own_.public_key, sending_});
    if (client_)
        wire::write(outgoing_, wire::RelayHello{self_.public_key, nonce, body});
    else
        wire::write(outgoing_, wire::RelayWelcome{nonce, body});
    flush();
}

bool SecureStream::take_hello() {
    const std::size_t size = client_ ? wire::size_of<wire::RelayWelcome> : wire::size_of<wire::RelayHello>;
    if (incoming_.size() - taken_ < size) return false;
    if (!(client_ ? take_welcome() : take_client_hello())) {
        fail(StreamEnd::closed);
        return false;
    }
    taken_ += size;
    static_key_.reset();
    own_.secret = SecretKey{};
    secured_ = true;
    listener_.on_secured();
    return true;
}

bool SecureStream::take_welcome() {
    const auto welcome =
        wire::parse<wire::RelayWelcome>(ByteView(incoming_).subspan(taken_, wire::size_of<wire::RelayWelcome>));
    const auto theirs = welcome ? welcome->body.open(*static_key_, welcome->nonce) : std::nullopt;
    return theirs && accept(*theirs);
}

bool SecureStream::take_client_hello() {
    const auto hello =
        wire::parse<wire::RelayHello>(ByteView(incoming_).subspan(taken_, wire::size_of<wire::RelayHello>));
    if (!hello || hello->sender == self_.public_key) return false;
    static_key_ = precompute(hello->sender, self_.secret);
    const auto theirs = static_key_ ? hello->body.open(*static_key_, hello->nonce) : std::nullopt;
    if (!theirs) return false;
    if (!accept(*theirs)) return false;
    peer_ = hello->sender;
    greet();
    return true;
}

bool SecureStream::accept(const wire::StreamSecrets& theirs) {
    auto key = precompute(theirs.key, own_.secret);
    if (!key) return false;
    key_ = std::move(*key);
    receiving_ = theirs.base_nonce;
    return true;
}

// ---- frames ------------------------------------------------------------------------------------------------------

// True: one was taken, perhaps there is another.
bool SecureStream::take_frame() {
    ByteView in = ByteView(incoming_).subspan(taken_);
    wire::FrameHead head;
    if (!wire::read(in, head)) return false;
    if (head.size == 0) {  // skipped, as c-toxcore does
        taken_ += wire::size_of<wire::FrameHead>;
        return true;
    }
    if (head.size > wire::most_frame_box || head.size < mac_size) {
        fail(StreamEnd::closed);
        return false;
    }
    if (in.size() < head.size) return false;
    taken_ += wire::size_of<wire::FrameHead> + head.size;
    take_box(in.first(head.size));
    return true;
}

void SecureStream::take_box(ByteView box) {
    ByteArray<wire::most_frame> plain;
    const std::size_t size = box.size() - mac_size;
    const bool genuine = size == 0 ? same(box, sealed(key_, receiving_, {})) : open_to(key_, receiving_, box, plain);
    if (!genuine) return fail(StreamEnd::closed);
    receiving_.add(1);
    if (size > 0) listener_.on_frame(ByteView(plain).first(size));  // an empty one means nothing (notes 3.1)
}

void SecureStream::queue(ByteView frame) {
    if (outgoing_.size() == written_) listener_.on_queued();
    wire::write(outgoing_, wire::FrameHead{static_cast<std::uint16_t>(frame.size() + mac_size)});
    seal(key_, sending_, frame, outgoing_);
    sending_.add(1);
    if (outgoing_.size() - written_ >= batch) flush();
}

bool SecureStream::send(ByteView frame) {
    if (!secured_ || ended_ || blocked_ || frame.empty() || frame.size() > wire::most_frame) return false;
    queue(frame);
    return true;
}

bool SecureStream::send_soon(ByteView frame) {
    if (!secured_ || ended_ || frame.empty() || frame.size() > wire::most_frame) return false;
    if (outgoing_.size() - written_ > batch + most_waiting / 2) return false;  // the rest is for control frames
    queue(frame);
    return true;
}

void SecureStream::send_control(ByteView frame) {
    if (!secured_ || ended_) return;
    if (outgoing_.size() - written_ > batch + most_waiting) return fail(StreamEnd::closed);
    queue(frame);
}

void SecureStream::flush() {
    if (!open_ || ended_ || blocked_ || outgoing_.size() == written_) return;
    written_ += stream_->write(ByteView(outgoing_).subspan(written_));
    blocked_ = written_ < outgoing_.size();
    release(outgoing_, written_);
}

}  // namespace tox
