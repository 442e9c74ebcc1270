// SPDX-License-Identifier: GPL-3.0-or-later
// The recorder's memory: events and open questions.
#include "tests/purple/recorder.hpp"

#include <algorithm>

namespace host {
namespace {

int complaint_count = 0;
std::string complaint_text;

GLogWriterOutput on_log(GLogLevelFlags level, const GLogField* fields, gsize count, gpointer) {
    if ((level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO)) != 0) return G_LOG_WRITER_HANDLED;
    if ((level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING | G_LOG_LEVEL_ERROR)) != 0) {
        ++complaint_count;
        for (gsize i = 0; i < count; ++i)
            if (std::string_view(fields[i].key) == "MESSAGE")
                complaint_text = static_cast<const char*>(fields[i].value);
    }
    return g_log_writer_standard_streams(level, fields, count, nullptr);
}

std::string without_mnemonic(std::string label) {
    std::erase(label, '_');
    return label;
}

}  // namespace

int complaints() { return complaint_count; }
std::string last_complaint() { return complaint_text; }
void count_complaints() {
    static bool done = false;  // GLib aborts when the writer is set twice
    if (!done) g_log_set_writer_func(on_log, nullptr, nullptr);
    done = true;
}

std::string Event::line() const {
    std::string all = name;
    for (const auto& part : {who, text})
        if (!part.empty()) all += " " + part;
    return all;
}

void Recorder::record(Event event) {
    static const bool aloud = g_getenv("PURPLE_TEST_VERBOSE") != nullptr;
    if (aloud) g_printerr("  %s\n", event.line().c_str());
    events_.push_back(std::move(event));
}

std::size_t Recorder::count(std::string_view name, std::string_view who) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        events_, [&](const Event& event) { return event.name == name && (who.empty() || event.who == who); }));
}

const Event* Recorder::last(std::string_view name) const {
    const auto found = std::find_if(events_.rbegin(), events_.rend(), [&](const Event& e) { return e.name == name; });
    return found == events_.rend() ? nullptr : &*found;
}

std::vector<std::string> Recorder::history(const std::vector<std::string_view>& without) const {
    std::vector<std::string> lines;
    for (const auto& event : events_)
        if (std::ranges::find(without, event.name) == without.end()) lines.push_back(event.line());
    return lines;
}

Question& Recorder::ask(Question question) { return questions_.emplace_back(std::move(question)); }

void Recorder::closed(const void* question, std::string_view how) {
    const auto found = std::ranges::find_if(questions_, [&](const Question& q) { return &q == question; });
    if (found == questions_.end()) return;
    record({std::string(how), {}, found->primary});
    if (found->fields != nullptr) purple_request_fields_destroy(found->fields);
    questions_.erase(found);
}

bool Recorder::answer_authorisation(bool yes) {
    const auto found = std::find_if(questions_.rbegin(), questions_.rend(),
                                    [](const Question& q) { return q.kind == Question::Kind::authorise; });
    if (found == questions_.rend()) return false;
    const auto decide = found->decide;
    questions_.erase(std::next(found).base());  // an answered dialog is gone; the core forgets its handle by itself
    decide(yes);
    return true;
}

bool Recorder::press(std::string_view button) {
    for (auto question = questions_.rbegin(); question != questions_.rend(); ++question) {
        if (question->kind != Question::Kind::action) continue;
        for (std::size_t i = 0; i < question->buttons.size(); ++i) {
            const auto [label, callback] = question->buttons[i];
            if (without_mnemonic(label) != button) continue;
            void* handle = &*question;
            if (callback != nullptr)
                reinterpret_cast<PurpleRequestActionCb>(callback)(question->data, static_cast<int>(i));
            purple_request_close(PURPLE_REQUEST_ACTION, handle);
            return true;
        }
    }
    return false;
}

bool Recorder::answer_input(const std::string& text) {
    const auto found = std::find_if(questions_.rbegin(), questions_.rend(),
                                    [](const Question& q) { return q.kind == Question::Kind::input; });
    if (found == questions_.rend()) return false;
    void* handle = &*found;
    if (found->ok != nullptr) reinterpret_cast<PurpleRequestInputCb>(found->ok)(found->data, text.c_str());
    purple_request_close(PURPLE_REQUEST_INPUT, handle);
    return true;
}

}  // namespace host
