// SPDX-License-Identifier: GPL-3.0-or-later
// Notices that this host is on another network. Two witnesses: libpurple, which hears NetworkManager, and GIO, which
// hears the kernel where there is none. They speak several times per change, so only the last word counts.
#pragma once

#include <functional>

#include <gio/gio.h>

#include "plugin/source.hpp"

namespace purple_tox {

class NetworkWatch {
  public:
    static constexpr std::chrono::milliseconds calm{500};  // this long after the last word

    explicit NetworkWatch(std::function<void()> moved);  // not called while there is no network
    ~NetworkWatch();
    NetworkWatch(const NetworkWatch&) = delete;
    NetworkWatch& operator=(const NetworkWatch&) = delete;

  private:
    static void on_purple(gpointer self);
    static void on_kernel(GNetworkMonitor* monitor, gboolean available, gpointer self);
    void hear();

    std::function<void()> moved_;
    GNetworkMonitor* const monitor_;
    gulong handler_ = 0;
    Source calm_{"purple-tox network change"};
};

}  // namespace purple_tox
