// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a protocol plugin makes its host see, in order, as lines that a test can compare. Knows nothing of Tox.
#pragma once

#include <purple.h>

#include <chrono>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <vector>

namespace host {

// Only a failure limit: no test waits this long when things work, however slow the machine (valgrind included).
inline constexpr std::chrono::seconds patience{180};

struct Event {
    std::string name;  // the signal, or "ui:" and the user interface operation
    std::string who;   // buddy or conversation, if it is about one
    std::string text;

    std::string line() const;  // "name who text" without what is empty
};

// Something the user was asked, open until answered or closed.
struct Question {
    enum class Kind { action, input, fields, authorise };
    Kind kind = Kind::action;
    std::string title;
    std::string primary;
    std::string secondary;
    std::vector<std::pair<std::string, GCallback>> buttons;
    GCallback ok = nullptr;
    PurpleRequestFields* fields = nullptr;  // ours to destroy when it is closed
    void* data = nullptr;
    std::function<void(bool)> decide;  // of authorise
};

class Recorder {
  public:
    void record(Event event);
    void clear() { events_.clear(); }

    const std::vector<Event>& events() const { return events_; }
    std::size_t count(std::string_view name, std::string_view who = {}) const;
    const Event* last(std::string_view name) const;  // nullptr: there was none
    // Lines of all events but those whose name is in `without`; for comparing a whole history with what is expected.
    std::vector<std::string> history(const std::vector<std::string_view>& without = {}) const;

    Question& ask(Question question);
    void closed(const void* question, std::string_view how);
    std::size_t open_questions() const { return questions_.size(); }
    bool answer_authorisation(bool yes);         // the newest one; false: none is open
    bool press(std::string_view button);         // of the newest action question
    bool answer_input(const std::string& text);  // the newest one

  private:
    std::vector<Event> events_;
    std::list<Question> questions_;
};

// GLib warnings and criticals of this process so far, and the last one's text.
int complaints();
std::string last_complaint();
void count_complaints();  // once per process

void record_signals(Recorder& recorder);
void forget_signals();
void record_ui(Recorder* recorder);  // nullptr: nobody listens any more

}  // namespace host
