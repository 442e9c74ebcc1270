// SPDX-License-Identifier: GPL-3.0-or-later
// Names to addresses with GResolver, on the context that was given. Numeric addresses are answered without DNS, but
// also from the loop.
#pragma once

#include "engine/glib/owned.hpp"
#include "engine/host/network.hpp"

namespace tox {

class GlibResolver final : public Resolver {
  public:
    enum class Names : unsigned char { resolved, refused };  // refused: there is a proxy, which is to resolve them
    explicit GlibResolver(GMainContext* context = nullptr, Names names = Names::resolved);  // nullptr: the default one
    ~GlibResolver() override;  // also inside a callback; what was asked is never answered then
    GlibResolver(const GlibResolver&) = delete;
    GlibResolver& operator=(const GlibResolver&) = delete;

    void resolve(const std::string& host, std::uint16_t port, Found found) override;

  private:
    struct Question;
    static gboolean on_refused(gpointer question) noexcept;
    static void on_answer(GObject* resolver, GAsyncResult* result, gpointer question) noexcept;

    void refuse(std::unique_ptr<Question> question);

    Context context_;
    const Names names_;
    Owned<GCancellable, g_object_unref> cancellable_;
};

}  // namespace tox
