// SPDX-License-Identifier: GPL-3.0-or-later
// One engine as a node of the network and, if wanted, as an echo contact. Knows nothing of the command line's syntax.
#pragma once

#include "engine/engine.hpp"
#include "engine/glib/glib_loop.hpp"
#include "engine/glib/glib_network.hpp"
#include "engine/glib/glib_resolver.hpp"
#include "tools/tox-node/options.hpp"

namespace tox_node {

class EchoNode final : private tox::EventSink, private tox::Waker {
  public:
    // The error is a sentence for people.
    static tl::expected<std::unique_ptr<EchoNode>, std::string> start(const NodeOptions& options);
    ~EchoNode();
    EchoNode(const EchoNode&) = delete;
    EchoNode& operator=(const EchoNode&) = delete;

    std::string line() const;  // dht=KEY port=N id=TOXID

  private:
    EchoNode(const NodeOptions& options, std::unique_ptr<tox::Storage> storage,
             std::unique_ptr<tox::GlibNetwork> network);
    std::string open_engine();
    void set_up_echo();
    void bootstrap();
    void on_wake() override;
    void on_event(const tox::Event& event) override;
    void answer(const tox::RequestReceived& request);
    void answer(const tox::MessageReceived& message);

    const NodeOptions options_;
    std::unique_ptr<tox::Storage> storage_;
    std::unique_ptr<tox::GlibNetwork> network_;
    tox::GlibLoop loop_{nullptr, "tox-node engine"};
    tox::GlibLoop retry_{nullptr, "tox-node bootstrap"};
    std::unique_ptr<tox::Engine> engine_;
    tox::GlibResolver resolver_;  // last: its answers go to the engine
};

}  // namespace tox_node
