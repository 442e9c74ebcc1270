// SPDX-License-Identifier: GPL-3.0-or-later
// One stream: on the way to being open, or a socket. Internal to engine/glib.
#pragma once

#include "engine/glib/glib_streams.hpp"
#include "engine/glib/stream_opening.hpp"

namespace tox {

class GlibStream final : public Stream {
  public:
    GlibStream(GlibStreams& streams, const StreamAddress& to);  // begins to open it
    GlibStream(GlibStreams& streams, Descriptor socket);        // accepted: it is open
    ~GlibStream() override;

    void set_sink(StreamSink* sink) override;
    std::size_t write(ByteView bytes) override;
    void dispatch_ready();  // reads and writes what is possible now

  private:
    static gboolean on_event(gint fd, GIOCondition condition, gpointer self) noexcept;

    void opening_over(StreamOpening::Result result);
    void opened(StreamOpening::Opened way, const bool& gone);
    void read(bool& gone);
    void end(StreamEnd how);
    void watch();
    template <class Call>
    bool dispatch(Call call);

    GlibStreams& streams_;
    StreamSink* sink_ = nullptr;
    const bool accepted_;
    std::unique_ptr<StreamOpening> opening_;
    Descriptor socket_;
    Source source_;
    GIOCondition watched_{};
    bool wants_to_write_ = false;
    bool ended_ = false;
    bool* gone_ = nullptr;  // set when this is destroyed inside a callback of its own
};

}  // namespace tox
