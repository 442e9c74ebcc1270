// SPDX-License-Identifier: GPL-3.0-or-later
// Where C++ meets C: no exception may unwind through frames of libpurple or GLib, and what they allocate they free.
// Knows nothing of Tox.
#pragma once

#include <glib.h>

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

struct _PurpleAccount;
struct _PurpleBlistNode;
struct _PurpleBuddy;
struct _PurpleConnection;
struct _PurpleConversation;
struct _PurpleNotifyUserInfo;
struct _PurplePluginAction;
struct _PurpleStatus;

namespace purple_tox {

void report_exception(const char* what) noexcept;

// A text of libpurple's, which may be NULL: then nobody has said anything.
struct Given : std::string_view {
    Given(const char* text) : std::string_view(text ? text : "") {}
    Given(std::string_view text) : std::string_view(text) {}
    Given(const std::string& text) : std::string_view(text) {}
};

// What a function of ours is about. Callers over D-Bus hand over NULL for what they cannot find: then there is nothing
// to do.
template <class T>
inline constexpr bool is_needed = false;
template <>
inline constexpr bool is_needed<_PurpleAccount*> = true;
template <>
inline constexpr bool is_needed<_PurpleBlistNode*> = true;
template <>
inline constexpr bool is_needed<_PurpleBuddy*> = true;
template <>
inline constexpr bool is_needed<_PurpleConnection*> = true;
template <>
inline constexpr bool is_needed<_PurpleConversation*> = true;
template <>
inline constexpr bool is_needed<_PurpleNotifyUserInfo*> = true;
template <>
inline constexpr bool is_needed<_PurplePluginAction*> = true;
template <>
inline constexpr bool is_needed<_PurpleStatus*> = true;

enum class Missing : bool { refused, allowed };  // objects; a missing text is an empty one

// Every function that libpurple or GLib calls goes in as guarded<f>.
template <auto F, Missing M>
struct Guard;
template <class R, class... A, R (*F)(A...), Missing M>
struct Guard<F, M> {
    template <class T>
    static bool lacks(T argument) {
        if constexpr (M == Missing::refused && is_needed<T>) return argument == nullptr;
        return false;
    }
    template <class T>
    static T mended(T argument) {
        if constexpr (std::is_same_v<T, const char*>) return argument ? argument : "";
        return argument;
    }
    static R call(A... arguments) noexcept {
        try {
            if (!(lacks(arguments) || ...)) return F(mended(arguments)...);
        } catch (const std::exception& e) {
            report_exception(e.what());
        } catch (...) {
            report_exception("unknown exception");
        }
        if constexpr (!std::is_void_v<R>) return R{};
    }
};
template <auto F, Missing M = Missing::refused>
inline constexpr auto guarded = &Guard<F, M>::call;

// The same without its type, for requests, menus and signals.
template <auto F>
void (*callback())() {
    return reinterpret_cast<void (*)()>(guarded<F>);
}

template <auto Release>
struct Releases {
    template <class T>
    void operator()(T* object) const {
        Release(object);
    }
};
template <class T = char, auto Release = g_free>
using Owned = std::unique_ptr<T, Releases<Release>>;

// printf into a string, for translated sentences with places to fill in.
std::string format(const char* pattern, ...) G_GNUC_PRINTF(1, 2);

}  // namespace purple_tox
