// SPDX-License-Identifier: GPL-3.0-or-later
// A port on which streams are accepted, as many as the process can bear. Internal to engine/glib.
#pragma once

#include "engine/glib/glib_streams.hpp"

namespace tox {

// On all own addresses, IPv6 included where the system has it.
Descriptor listening_socket(std::uint16_t port, bool loopback_only);

class GlibStreamPort final : public StreamPort {
  public:
    GlibStreamPort(GlibStreams& streams, Descriptor socket, StreamAcceptor& acceptor);
    std::uint16_t port() const override;

  private:
    static gboolean on_readable(gint fd, GIOCondition condition, gpointer self) noexcept;
    static gboolean on_pause_over(gpointer self) noexcept;
    void watch();
    void pause();
    void accept_some();
    bool accept_one();

    GlibStreams& streams_;
    Descriptor socket_;
    StreamAcceptor& acceptor_;
    Source source_;  // of the socket, or of the end of a pause
};

}  // namespace tox
