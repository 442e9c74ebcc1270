// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/glib_resolver.hpp"

#include <cstring>

namespace tox {
namespace {

constexpr std::size_t max_addresses = 16;  // of one name; whoever lists more of them will answer on one of these

using Cancellable = Owned<GCancellable, g_object_unref>;

std::optional<Endpoint> endpoint_of(GInetAddress* address, std::uint16_t port) {
    const guint8* bytes = g_inet_address_to_bytes(address);
    if (g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV4) {
        ByteArray<4> four;
        std::memcpy(four.data(), bytes, four.size());
        return Endpoint::v4(four, port);
    }
    if (g_inet_address_get_family(address) != G_SOCKET_FAMILY_IPV6) return std::nullopt;
    ByteArray<16> sixteen;
    std::memcpy(sixteen.data(), bytes, sixteen.size());
    return Endpoint::v6(sixteen, port);
}

std::vector<Endpoint> endpoints_of(GList* addresses, std::uint16_t port) {
    std::vector<Endpoint> endpoints;
    for (GList* at = addresses; at && endpoints.size() < max_addresses; at = at->next) {
        const auto endpoint = endpoint_of(static_cast<GInetAddress*>(at->data), port);
        if (endpoint && endpoint->is_usable()) endpoints.push_back(*endpoint);
    }
    return endpoints;
}

}  // namespace

struct GlibResolver::Question {  // owned by the lookup in progress: GIO calls back even after a cancellation
    Cancellable cancellable;
    std::uint16_t port;
    Found found;
};

GlibResolver::GlibResolver(GMainContext* context, Names names)
    : context_(g_main_context_ref(context ? context : g_main_context_default())),
      names_(names),
      cancellable_(g_cancellable_new()) {}

GlibResolver::~GlibResolver() { g_cancellable_cancel(cancellable_.get()); }

void GlibResolver::resolve(const std::string& host, std::uint16_t port, Found found) {
    auto* cancellable = static_cast<GCancellable*>(g_object_ref(cancellable_.get()));
    auto question = std::make_unique<Question>(Question{Cancellable(cancellable), port, std::move(found)});
    if (names_ == Names::refused && !g_hostname_is_ip_address(host.c_str())) return refuse(std::move(question));
    const Owned<GResolver, g_object_unref> resolver(g_resolver_get_default());
    g_main_context_push_thread_default(context_.get());  // GIO answers on whatever is the thread's default when asked
    g_resolver_lookup_by_name_async(resolver.get(), host.c_str(), cancellable, on_answer, question.release());
    g_main_context_pop_thread_default(context_.get());
}

// With the same answer as for a name that is unknown, and as late.
void GlibResolver::refuse(std::unique_ptr<Question> question) {
    const Owned<GSource, g_source_unref> source(g_idle_source_new());  // it stays with the context until it has run
    g_source_set_callback(source.get(), on_refused, question.release(), nullptr);
    g_source_attach(source.get(), context_.get());
}

gboolean GlibResolver::on_refused(gpointer data) noexcept {
    const std::unique_ptr<Question> question(static_cast<Question*>(data));
    if (!g_cancellable_is_cancelled(question->cancellable.get())) question->found({});
    return G_SOURCE_REMOVE;
}

void GlibResolver::on_answer(GObject* resolver, GAsyncResult* result, gpointer data) noexcept {
    const std::unique_ptr<Question> question(static_cast<Question*>(data));
    GList* addresses = g_resolver_lookup_by_name_finish(G_RESOLVER(resolver), result, nullptr);
    const auto endpoints = endpoints_of(addresses, question->port);
    g_resolver_free_addresses(addresses);
    if (!g_cancellable_is_cancelled(question->cancellable.get())) question->found(endpoints);
}

}  // namespace tox
