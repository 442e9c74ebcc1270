// SPDX-License-Identifier: GPL-3.0-or-later
// What people tell each other. Values of the enums are those of the wire and of the save format.
#pragma once

#include "engine/base/bytes.hpp"

namespace tox {

enum class UserStatus : Byte { online = 0, away = 1, busy = 2 };
enum class MessageKind : Byte { text, action };

inline constexpr std::size_t max_name = 128;             // bytes of UTF-8 (spec: Messenger, nickname)
inline constexpr std::size_t max_status_message = 1007;  // bytes of UTF-8
inline constexpr std::size_t max_part = 1372;            // bytes of UTF-8 in one packet; longer texts are split
inline constexpr std::size_t max_text = 64 * 1024;       // bytes of one text we accept for sending
inline constexpr std::size_t max_request_message = 921;  // bytes; what every version delivers. Up to 1016 are accepted

using MessageId = std::uint64_t;  // of one send_message; grows, also over restarts; 0 names none

}  // namespace tox
