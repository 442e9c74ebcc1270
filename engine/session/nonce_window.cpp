// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/session/nonce_window.hpp"

namespace tox {

std::optional<Nonce> NonceWindow::locate(std::uint16_t tail) const {
    if (seen_.test(tail)) return std::nullopt;
    return base_.plus(distance(tail));
}

void NonceWindow::accept(std::uint16_t tail) {
    seen_.set(tail);
    if (distance(tail) <= 2 * threshold) return;
    for (std::uint16_t i = 0; i < threshold; ++i) seen_.reset(static_cast<std::uint16_t>(base_.low16() + i));
    base_.add(threshold);
}

}  // namespace tox
