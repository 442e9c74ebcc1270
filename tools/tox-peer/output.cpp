// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/tox-peer/output.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "engine/glib/owned.hpp"

namespace tox_peer {

tox::Instant clock_now() { return tox::Instant(tox::Duration(g_get_monotonic_time())); }

std::string& Output::begin(std::string_view instance, std::string_view kind) {
    return buffer_.append(std::to_string(clock_now().time_since_epoch().count()))
        .append(1, ' ')
        .append(instance)
        .append(kind);
}

void Output::event(std::string_view instance, std::string_view name, const Fields& fields) {
    begin(instance, " ev ").append(name).append(fields.line()).append(1, '\n');
}

void Output::reply(std::string_view instance, std::string_view tag, const Answer& answer) {
    if (answer) {
        begin(instance, " ok ").append(tag).append(answer->line()).append(1, '\n');
        return;
    }
    Fields fields;
    fields.text("code", answer.error().code).text("detail", answer.error().detail);
    begin(instance, " err ").append(tag).append(fields.line()).append(1, '\n');
}

void Output::flush() {
    std::size_t done = 0;
    while (done < buffer_.size()) {
        const ssize_t written = write(STDOUT_FILENO, buffer_.data() + done, buffer_.size() - done);
        if (written < 0 && errno != EINTR) std::_Exit(1);  // nobody is left to report to
        if (written > 0) done += static_cast<std::size_t>(written);
    }
    buffer_.clear();
}

}  // namespace tox_peer
