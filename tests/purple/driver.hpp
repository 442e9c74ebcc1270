// SPDX-License-Identifier: GPL-3.0-or-later
// The other side of a conversation: a peer program that obeys lines on its standard input ("TAG VERB k=v...") and
// answers on its standard output ("T INST ok|err TAG k=v..." and "T INST ev NAME k=v..."; values percent-encoded). It
// may be our own engine or libtoxcore; the tests cannot tell. Turns the default main loop while it waits, so that the
// host lives on.
#pragma once

#include <glib.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace host {

using Fields = std::map<std::string, std::string, std::less<>>;

struct DriverEvent {
    std::string instance;
    std::string name;
    Fields fields;
};

std::string percent_encoded(std::string_view text);
std::string percent_decoded(std::string_view text);

class Driver {
  public:
    explicit Driver(const std::string& program);
    ~Driver();  // closes its input and waits for its end
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;

    // Sends the command ("VERB k=v...") and returns the reply's fields. Throws if it is refused or does not come.
    Fields ask(const std::string& command);
    // Whether an event of this name with all these fields has come or comes in time.
    bool wait_for(std::string_view name, const Fields& fields = {}, std::size_t times = 1);
    std::size_t count(std::string_view name, const Fields& fields = {}) const;
    const DriverEvent* last(std::string_view name) const;
    const std::vector<DriverEvent>& events() const { return events_; }
    void forget_events() { events_.clear(); }
    void freeze(bool frozen);  // the program stands still, as on a computer that sleeps; thawed at the end

  private:
    static gboolean on_output(gint descriptor, GIOCondition, gpointer self);
    void take_line(std::string_view line);

    GPid process_ = 0;
    int input_ = -1;
    int output_ = -1;
    guint watch_ = 0;
    std::string partial_;
    unsigned last_tag_ = 0;
    std::map<std::string, DriverEvent> replies_;  // by tag; name is "ok" or "err"
    std::vector<DriverEvent> events_;
};

}  // namespace host
