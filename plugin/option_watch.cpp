// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/option_watch.hpp"

#include <account.h>

#include "plugin/boundary.hpp"
#include "plugin/options.hpp"

namespace purple_tox {
namespace {

// Before everything of ours and of the user interface.
constexpr gint before_all = 2 * G_PRIORITY_HIGH;

struct WatchSource {
    GSource source;
    OptionWatch* watch;
};

OptionWatch& watch_of(GSource* source) { return *reinterpret_cast<WatchSource*>(source)->watch; }

}  // namespace

OptionWatch::OptionWatch(PurpleAccount* account, std::function<void()> changed)
    : account_(account), changed_(std::move(changed)) {
    describe_wishes(account_, at_login_);
    static GSourceFuncs functions{guarded<&OptionWatch::prepare>,
                                  guarded<&OptionWatch::check>,
                                  guarded<&OptionWatch::dispatch>,
                                  nullptr,
                                  nullptr,
                                  nullptr};
    source_ = g_source_new(&functions, sizeof(WatchSource));
    reinterpret_cast<WatchSource*>(source_)->watch = this;
    g_source_set_priority(source_, before_all);
    g_source_set_name(source_, "purple-tox options");
    g_source_attach(source_, nullptr);
}

OptionWatch::~OptionWatch() {
    g_source_destroy(source_);
    g_source_unref(source_);
}

bool OptionWatch::differs() {
    now_.clear();
    describe_wishes(account_, now_);
    return now_ != at_login_;
}

gboolean OptionWatch::prepare(GSource* source, gint* timeout) {
    *timeout = -1;  // never on our account
    return watch_of(source).differs();
}

gboolean OptionWatch::check(GSource*) { return FALSE; }  // nothing can have changed since prepare()

gboolean OptionWatch::dispatch(GSource* source, GSourceFunc, gpointer) {
    const auto changed = std::move(watch_of(source).changed_);
    changed();
    return G_SOURCE_REMOVE;
}

}  // namespace purple_tox
