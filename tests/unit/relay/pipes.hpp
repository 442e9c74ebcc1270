// SPDX-License-Identifier: GPL-3.0-or-later
// Streams in memory: pairs that carry bytes in pieces of a chosen size, refuse to take them, or break; and a network
// whose connections a test answers.
#pragma once

#include <deque>
#include <map>

#include "engine/host/loop.hpp"
#include "engine/host/network.hpp"

namespace tox::test {

class Pipe;

class PipeEnd final : public Stream {
  public:
    explicit PipeEnd(Pipe& pipe) : pipe_(pipe) {}
    ~PipeEnd() override;
    void set_sink(StreamSink* sink) override { sink_ = sink; }
    std::size_t write(ByteView bytes) override;

  private:
    friend class Pipe;
    Pipe& pipe_;
    StreamSink* sink_ = nullptr;
    Bytes written_;
    std::size_t room_ = SIZE_MAX;
    bool wants_ = false;
};

// Outlives both ends.
class Pipe {
  public:
    std::unique_ptr<PipeEnd> first = std::make_unique<PipeEnd>(*this);
    std::unique_ptr<PipeEnd> second = std::make_unique<PipeEnd>(*this);
    Pipe() {
        a_ = first.get();
        b_ = second.get();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    // The first end is the one that connects.
    void open() {
        if (a_ && a_->sink_) a_->sink_->on_open();
    }
    // Carries what was written, in pieces of that size, until nothing more comes. False: nothing was there.
    bool carry(std::size_t piece = SIZE_MAX);
    // How much may wait on the way; what is beyond is not taken.
    void set_room(std::size_t room) {
        for (PipeEnd* end : {a_, b_})
            if (end) end->room_ = room;
    }
    void break_off(StreamEnd how) {
        for (PipeEnd* end : {a_, b_})
            if (end && end->sink_) end->sink_->on_closed(how);
    }
    // Bytes that nobody on either side wrote, to that end.
    void inject_to_first(ByteView bytes) { a_->sink_->on_bytes(bytes); }
    void inject_to_second(ByteView bytes) { b_->sink_->on_bytes(bytes); }
    std::size_t waiting() const { return (a_ ? a_->written_.size() : 0) + (b_ ? b_->written_.size() : 0); }

  private:
    friend class PipeEnd;
    bool carry_from(PipeEnd*& from, PipeEnd*& to, std::size_t piece);
    void gone(PipeEnd* end) {
        for (PipeEnd** mine : {&a_, &b_})
            if (*mine == end) *mine = nullptr;
        half_ = (a_ == nullptr) != (b_ == nullptr);
    }
    bool tell_closed() {
        PipeEnd* left = a_ ? a_ : b_;
        if (!std::exchange(half_, false) || !left || !left->sink_) return false;
        left->sink_->on_closed(StreamEnd::closed);
        return true;
    }
    PipeEnd* a_;
    PipeEnd* b_;
    bool half_ = false;  // one end has gone, and the other does not know
};

inline PipeEnd::~PipeEnd() { pipe_.gone(this); }

inline std::size_t PipeEnd::write(ByteView bytes) {
    const std::size_t taken = std::min(bytes.size(), room_ - std::min(room_, written_.size()));
    append(written_, bytes.first(taken));
    wants_ = taken < bytes.size();
    return taken;
}

inline bool Pipe::carry_from(PipeEnd*& from, PipeEnd*& to, std::size_t piece) {
    if (!from || from->written_.empty()) return false;
    const Bytes all = std::exchange(from->written_, {});
    for (ByteView rest = all; !rest.empty() && to && to->sink_;) {
        const ByteView part = rest.first(std::min(piece, rest.size()));
        rest = rest.subspan(part.size());
        to->sink_->on_bytes(part);
    }
    if (from && from->sink_ && std::exchange(from->wants_, false)) from->sink_->on_writable();
    return true;
}

inline bool Pipe::carry(std::size_t piece) {
    bool any = false;
    while (carry_from(a_, b_, piece) || carry_from(b_, a_, piece)) any = true;
    return tell_closed() || any;
}

class StillLoop final : public Loop {
  public:
    Instant now() const override { return now_; }
    WallTime wall() const override { return WallTime(1'700'000'000s); }
    void set_waker(Waker*) override {}
    void wake_at(Instant) override {}
    void pass(Duration time) { now_ += time; }

  private:
    Instant now_{1h};
};

}  // namespace tox::test
