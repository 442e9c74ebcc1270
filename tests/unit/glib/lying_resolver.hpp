// SPDX-License-Identifier: GPL-3.0-or-later
// GIO's resolver, replaced by one that says of every name that it is this host, and remembers what it was asked.
#pragma once

#include <string>
#include <vector>

#include "engine/glib/owned.hpp"

namespace tox::test {

class LyingResolver {
  public:
    LyingResolver() : usual_(g_resolver_get_default()), liar_(G_RESOLVER(g_object_new(type(), nullptr))) {
        of(liar_.get()).asked = &asked;
        g_resolver_set_default(liar_.get());
    }
    ~LyingResolver() { g_resolver_set_default(usual_.get()); }
    LyingResolver(const LyingResolver&) = delete;
    LyingResolver& operator=(const LyingResolver&) = delete;

    std::vector<std::string> asked;

  private:
    struct Liar {
        GResolver parent;
        std::vector<std::string>* asked;
    };
    static Liar& of(GResolver* resolver) { return *reinterpret_cast<Liar*>(resolver); }

    static void look_up(GResolver* resolver, const gchar* name, GCancellable* cancellable, GAsyncReadyCallback answer,
                        gpointer data) noexcept {
        of(resolver).asked->emplace_back(name);
        const Owned<GTask, g_object_unref> task(g_task_new(resolver, cancellable, answer, data));
        g_task_return_pointer(task.get(), g_list_append(nullptr, g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4)),
                              [](gpointer list) { g_resolver_free_addresses(static_cast<GList*>(list)); });
    }
    static void look_up_with(GResolver* resolver, const gchar* name, GResolverNameLookupFlags,
                             GCancellable* cancellable, GAsyncReadyCallback answer, gpointer data) noexcept {
        look_up(resolver, name, cancellable, answer, data);
    }
    static GList* finish(GResolver*, GAsyncResult* result, GError** error) {
        return static_cast<GList*>(g_task_propagate_pointer(G_TASK(result), error));
    }
    static void set_up(gpointer made, gpointer) {
        auto* const liars = static_cast<GResolverClass*>(made);
        liars->lookup_by_name_async = look_up;
        liars->lookup_by_name_with_flags_async = look_up_with;
        liars->lookup_by_name_finish = liars->lookup_by_name_with_flags_finish = finish;
    }
    static GType type() {
        static const GType made = g_type_register_static_simple(
            G_TYPE_RESOLVER, "LyingResolver", sizeof(GResolverClass), set_up, sizeof(Liar), nullptr, GTypeFlags{});
        return made;
    }

    Owned<GResolver, g_object_unref> usual_, liar_;
};

}  // namespace tox::test
