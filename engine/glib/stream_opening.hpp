// SPDX-License-Identifier: GPL-3.0-or-later
// A stream on its way to being open: to its target or, where there is a proxy, to that and through it. Connections
// begin nowhere else, so it is here that none goes around a proxy: GIO is never told the target then. Internal to
// engine/glib.
#pragma once

#include <functional>
#include <tl/expected.hpp>

#include "engine/glib/glib_streams.hpp"

namespace tox {

class ProxyTalk;

class StreamOpening {
  public:
    struct Opened {
        Descriptor socket;
        Bytes first;  // of the stream, that came together with the proxy's last word
    };
    using Result = tl::expected<Opened, StreamEnd>;
    using Done = std::function<void(Result)>;  // once, from the loop; may destroy the opening

    StreamOpening(GlibStreams& streams, const StreamAddress& to, Done done);
    ~StreamOpening();  // gives up; nothing is called any more
    StreamOpening(const StreamOpening&) = delete;
    StreamOpening& operator=(const StreamOpening&) = delete;

  private:
    struct Attempt {  // owned by GIO's call in progress, which answers even after a cancellation
        StreamOpening* opening;
    };
    static void on_connected(GObject* client, GAsyncResult* result, gpointer attempt) noexcept;
    static gboolean on_event(gint fd, GIOCondition condition, gpointer self) noexcept;
    static gboolean on_late(gpointer self) noexcept;

    void connect(GSocketConnectable* where);
    void give_up_within(Duration time);
    void take(GSocketConnection* connection, const GError* error);
    void talk();
    void hear();
    void say();
    void fail(ProxyTrouble trouble);
    void finish(Result result);

    GlibStreams& streams_;
    const StreamAddress to_;
    Done done_;
    std::unique_ptr<ProxyTalk> talk_;  // nullptr: there is no proxy
    Attempt* attempt_ = nullptr;
    Owned<GCancellable, g_object_unref> cancellable_;
    Descriptor socket_;  // to the proxy
    Source source_;
    Source late_;
};

}  // namespace tox
