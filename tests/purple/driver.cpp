// SPDX-License-Identifier: GPL-3.0-or-later
// The pipe to a peer program.
#include "tests/purple/driver.hpp"

#include <fcntl.h>
#include <glib-unix.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "tests/purple/host.hpp"

namespace host {
namespace {

Fields fields_of(std::istringstream& words) {
    Fields fields;
    for (std::string word; words >> word;) {
        const auto equals = word.find('=');
        if (equals != std::string::npos) fields[word.substr(0, equals)] = percent_decoded(word.substr(equals + 1));
    }
    return fields;
}

bool matches(const DriverEvent& event, std::string_view name, const Fields& fields) {
    return event.name == name && std::ranges::all_of(fields, [&](const auto& wanted) {
               const auto found = event.fields.find(wanted.first);
               return found != event.fields.end() && found->second == wanted.second;
           });
}

}  // namespace

Driver::Driver(const std::string& program) {
    std::string copy = program;
    char* arguments[] = {copy.data(), nullptr};
    GError* error = nullptr;
    if (g_spawn_async_with_pipes(nullptr, arguments, nullptr, G_SPAWN_DO_NOT_REAP_CHILD, nullptr, nullptr, &process_,
                                 &input_, &output_, nullptr, &error) == FALSE) {
        const std::string why = error->message;
        g_error_free(error);
        throw std::runtime_error(why);
    }
    // Later drivers must not inherit our end of this one's input, or it would never see its end.
    for (const int descriptor : {input_, output_}) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    g_unix_set_fd_nonblocking(output_, TRUE, nullptr);
    watch_ = g_unix_fd_add(output_, static_cast<GIOCondition>(G_IO_IN | G_IO_HUP), on_output, this);
    if (!wait_for("hello")) throw std::runtime_error(program + " does not say hello");
}

Driver::~Driver() {
    if (watch_ != 0) g_source_remove(watch_);
    freeze(false);  // before it ends: it would take back the stop in which the sanitizer looks for leaks, for ever
    close(input_);
    close(output_);
    waitpid(process_, nullptr, 0);
    g_spawn_close_pid(process_);
}

void Driver::freeze(bool frozen) { kill(process_, frozen ? SIGSTOP : SIGCONT); }

gboolean Driver::on_output(gint descriptor, GIOCondition, gpointer self) {
    auto* driver = static_cast<Driver*>(self);
    char buffer[4096];
    for (ssize_t got = 0; (got = read(descriptor, buffer, sizeof buffer)) != 0;) {
        if (got < 0) return G_SOURCE_CONTINUE;  // nothing more now
        driver->partial_.append(buffer, static_cast<std::size_t>(got));
        for (auto end = driver->partial_.find('\n'); end != std::string::npos; end = driver->partial_.find('\n')) {
            const std::string line = driver->partial_.substr(0, end);
            driver->partial_.erase(0, end + 1);
            driver->take_line(line);
        }
    }
    driver->watch_ = 0;  // it has ended
    return G_SOURCE_REMOVE;
}

void Driver::take_line(std::string_view line) {
    static const bool aloud = g_getenv("PURPLE_TEST_VERBOSE") != nullptr;
    if (aloud) g_printerr("  peer %d: %.*s\n", process_, static_cast<int>(line.size()), line.data());
    std::istringstream words{std::string(line)};
    std::string time;
    std::string what;
    std::string name;
    DriverEvent event;
    words >> time >> event.instance >> what >> name;
    event.fields = fields_of(words);
    event.name = what == "ev" ? name : what;
    if (what == "ev") {
        events_.push_back(std::move(event));
    } else {
        replies_[name] = std::move(event);
    }
}

Fields Driver::ask(const std::string& command) {
    std::string tag = "t";
    tag += std::to_string(++last_tag_);  // in one expression g++ 12 warns inside it
    const std::string line = tag + " " + command + "\n";
    if (write(input_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        throw std::runtime_error("the peer is gone: " + command);
    if (!Host::wait([&] { return replies_.contains(tag) || watch_ == 0; }) || !replies_.contains(tag))
        throw std::runtime_error("the peer does not answer: " + command);
    const DriverEvent reply = replies_[tag];
    replies_.erase(tag);
    if (reply.name != "ok") {
        const auto code = reply.fields.find("code");
        throw std::runtime_error("the peer refuses: " + command +
                                 (code != reply.fields.end() ? " (" + code->second + ")" : ""));
    }
    return reply.fields;
}

std::size_t Driver::count(std::string_view name, const Fields& fields) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(events_, [&](const DriverEvent& event) { return matches(event, name, fields); }));
}

bool Driver::wait_for(std::string_view name, const Fields& fields, std::size_t times) {
    return Host::wait([&] { return count(name, fields) >= times || watch_ == 0; }) && count(name, fields) >= times;
}

const DriverEvent* Driver::last(std::string_view name) const {
    const auto found =
        std::find_if(events_.rbegin(), events_.rend(), [&](const auto& event) { return event.name == name; });
    return found == events_.rend() ? nullptr : &*found;
}

}  // namespace host
