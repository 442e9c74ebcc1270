// SPDX-License-Identifier: GPL-3.0-or-later
// A stream whose other end is the test.
#pragma once

#include <limits>

#include "engine/host/network.hpp"

namespace tox::test {

struct Wire {
    static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();
    StreamSink* sink = nullptr;
    Bytes written;
    std::size_t room = unlimited;  // how much more is taken
    std::size_t writes = 0;
    bool closed = false;  // by its owner

    Bytes taken() { return std::exchange(written, {}); }
    void give(ByteView bytes, std::size_t piece = unlimited) {  // in pieces of that size
        for (std::size_t at = 0; at < bytes.size() && sink != nullptr;) {
            const std::size_t size = std::min(piece, bytes.size() - at);
            sink->on_bytes(bytes.subspan(at, size));
            at += size;
        }
    }
};

class FakeStream final : public Stream {
  public:
    explicit FakeStream(Wire& wire) : wire_(wire) {}
    ~FakeStream() override {
        wire_.sink = nullptr;
        wire_.closed = true;
    }
    void set_sink(StreamSink* sink) override { wire_.sink = sink; }
    std::size_t write(ByteView bytes) override {
        const std::size_t size = std::min(wire_.room, bytes.size());
        append(wire_.written, bytes.first(size));
        if (wire_.room != Wire::unlimited) wire_.room -= size;
        ++wire_.writes;
        return size;
    }

  private:
    Wire& wire_;
};

}  // namespace tox::test
