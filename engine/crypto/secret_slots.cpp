// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/crypto/secret_slots.hpp"

#include <sodium.h>

#include <cstring>
#include <new>

namespace tox::secret_slots {
namespace {

// Where a process may lock as little as 64 KiB, the first chunk, which holds the long-term keys, still fits.
constexpr std::size_t chunk = 16 * 1024;

struct Free {  // in a slot that nobody has
    Free* next;
};
static_assert(sizeof(Free) <= size && chunk % size == 0);

Free* head = nullptr;

void put_in(Byte* slot) { head = new (slot) Free{head}; }

// Chunks stay for the life of the process: objects with secrets may be destroyed after everything else.
void grow() {
    // sodium_malloc aborts the program unless sodium_init was called; calling it again does nothing.
    auto* const memory = sodium_init() < 0 ? nullptr : static_cast<Byte*>(sodium_malloc(chunk));
    if (memory == nullptr) throw std::bad_alloc();
    for (std::size_t at = chunk; at > 0; at -= size) put_in(memory + at - size);
}

}  // namespace

Byte* take() {
    if (head == nullptr) grow();
    Free* const first = head;
    head = first->next;
    auto* const slot = reinterpret_cast<Byte*>(first);
    std::memset(slot, 0, size);
    return slot;
}

void give_back(Byte* slot) {
    sodium_memzero(slot, size);
    put_in(slot);
}

}  // namespace tox::secret_slots
