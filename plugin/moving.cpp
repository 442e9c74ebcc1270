// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/moving.hpp"

#include <network.h>
#include <signals.h>

namespace purple_tox {

NetworkWatch::NetworkWatch(std::function<void()> moved)
    : moved_(std::move(moved)), monitor_(g_network_monitor_get_default()) {
    purple_signal_connect(purple_network_get_handle(), "network-configuration-changed", this, callback<on_purple>(),
                          this);
    handler_ = g_signal_connect(monitor_, "network-changed", callback<on_kernel>(), this);
}

NetworkWatch::~NetworkWatch() {
    g_signal_handler_disconnect(monitor_, handler_);
    purple_signals_disconnect_by_handle(this);
}

void NetworkWatch::on_purple(gpointer self) { static_cast<NetworkWatch*>(self)->hear(); }

void NetworkWatch::on_kernel(GNetworkMonitor*, gboolean, gpointer self) { static_cast<NetworkWatch*>(self)->hear(); }

// Whether there is a network is asked when all is calm: while NetworkManager changes networks there is none.
void NetworkWatch::hear() {
    calm_.after(calm, [this] {
        if (purple_network_is_available()) moved_();
    });
}

}  // namespace purple_tox
