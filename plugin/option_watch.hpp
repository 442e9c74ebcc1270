// SPDX-License-Identifier: GPL-3.0-or-later
// Notices that an account's network is to be another one: libpurple tells nobody when a setting changes, and settings
// change by dialogs, by D-Bus, by other plugins and by preferences. So they are compared before each turn of the main
// loop, where something must have happened for them to change. That costs no wake-up.
#pragma once

#include <functional>
#include <string>

#include <glib.h>

struct _PurpleAccount;

namespace purple_tox {

class OptionWatch {
  public:
    // `changed` is called once, in a turn of the loop of its own, before anything else of that turn. It may destroy
    // this object. The account outlives it.
    OptionWatch(_PurpleAccount* account, std::function<void()> changed);
    ~OptionWatch();
    OptionWatch(const OptionWatch&) = delete;
    OptionWatch& operator=(const OptionWatch&) = delete;

  private:
    static gboolean prepare(GSource* source, gint* timeout);
    static gboolean check(GSource* source);
    static gboolean dispatch(GSource* source, GSourceFunc, gpointer);
    bool differs();

    _PurpleAccount* const account_;
    std::function<void()> changed_;
    std::string at_login_;
    std::string now_;  // a member only to spare an allocation per turn
    GSource* source_;
};

}  // namespace purple_tox
