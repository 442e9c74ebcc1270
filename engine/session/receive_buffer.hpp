// SPDX-License-Identifier: GPL-3.0-or-later
// Puts lossless packets into order, each once, and knows which are missing. When to ask for them is not its business.
#pragma once

#include "engine/session/number_ring.hpp"
#include "engine/session/reorder_share.hpp"

namespace tox {

class ReceiveBuffer {
  public:
    // R29: what waits behind a hole is bounded; what is beyond is dropped and asked for again when there is room.
    static constexpr std::uint32_t capacity = 4096;
    // How far a peer may say it has sent (c-toxcore's buffer: CRYPTO_PACKET_BUFFER_SIZE).
    static constexpr std::int32_t furthest_end = 32768;

    explicit ReceiveBuffer(std::uint32_t first = 0, ReorderMemory* account = nullptr)
        : start_(first), end_(first), memory_(account) {}

    std::uint32_t start() const { return start_; }  // the lowest number not received
    bool missing_any() const { return start_ != end_; }

    // In order: deliver it at once, then call advance() and next() until there is none.
    enum class Fate { in_order, stored, duplicate, no_room };
    Fate take(std::uint32_t number, ByteView packet);
    void advance();                        // the packet at start() has been delivered
    std::optional<ByteView> next() const;  // the packet at start(), if it is there; valid until advance()

    // The peer has sent all before it; moves forward only (trap T9). Whether it did.
    bool note_end(std::uint32_t end);

    std::uint32_t end() const { return end_; }
    // Appends the list of a request packet, at most `room` bytes. Only of numbers before `until` and that there is room
    // for.
    void write_missing(Bytes& out, std::size_t room, std::uint32_t until) const;

    void release_memory();  // only while nothing is stored
    bool holds_nothing() const { return stored_ == 0; }

  private:
    struct Slot {
        Bytes packet;
        bool present = false;
    };
    // Emptied slots keep so much memory for the next packets; the rest goes back at once.
    static constexpr std::size_t most_kept = 256U << 10U;

    bool present(std::uint32_t offset) const;
    bool make_room(Slot& slot, std::size_t size);

    NumberRing<Slot, capacity> slots_;
    std::uint32_t start_;
    std::uint32_t end_;
    std::uint32_t stored_end_ = 0;  // distance from start_ behind the last stored packet
    std::size_t stored_ = 0;        // packets
    ReorderShare memory_;           // of all slots
};

}  // namespace tox
