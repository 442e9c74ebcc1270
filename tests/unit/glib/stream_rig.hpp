// SPDX-License-Identifier: GPL-3.0-or-later
// Both ends of streams on loopback, and a loop that the test turns.
#pragma once

#include <gtest/gtest.h>

#include "engine/glib/glib_streams.hpp"
#include "tests/unit/glib/turn.hpp"

namespace tox::test {

struct Ear final : StreamSink {
    void on_open() override {
        ++opened;
        if (destroy_on_open) stream.reset();
    }
    void on_bytes(ByteView more) override {
        append(bytes, more);
        if (destroy_on_bytes) stream.reset();
    }
    void on_writable() override { ++writable; }
    void on_closed(StreamEnd how) override {
        ++closed;
        end = how;
        if (destroy_on_close) stream.reset();
    }
    void take(std::unique_ptr<Stream> given) {
        stream = std::move(given);
        stream->set_sink(this);
    }
    std::string text() const { return std::string(bytes.begin(), bytes.end()); }
    bool write(std::string_view text) { return stream->write(bytes_of(text)) == text.size(); }

    std::unique_ptr<Stream> stream;
    int opened = 0, closed = 0, writable = 0;
    std::optional<StreamEnd> end;
    Bytes bytes;
    bool destroy_on_open = false, destroy_on_bytes = false, destroy_on_close = false;
};

struct Door final : StreamAcceptor {
    void on_accepted(std::unique_ptr<Stream> stream, const Endpoint& from) override {
        ears.push_back(std::make_unique<Ear>());
        ears.back()->take(std::move(stream));
        origin = from;
    }
    std::vector<std::unique_ptr<Ear>> ears;
    Endpoint origin;
};

class GlibStreamsTest : public testing::Test {
  protected:
    GlibStreams::Setup setup() const { return {turn_.context(), {}, true}; }
    Endpoint here() const { return Endpoint::v4({127, 0, 0, 1}, port_->port()); }
    bool until(const std::function<bool()>& done) {
        turn_.until(done);
        return done();
    }
    void open() {
        ear_.take(streams_.connect(here()));
        ASSERT_TRUE(until([&] { return ear_.opened == 1 && door_.ears.size() == 1; }));
    }
    Ear& there() { return *door_.ears.at(0); }

    Turn turn_;
    int dispatched_ = 0;
    GlibStreams streams_{setup(), [this] { ++dispatched_; }};
    Door door_;
    std::unique_ptr<StreamPort> port_ = streams_.listen(0, door_);
    Ear ear_;
};

}  // namespace tox::test
