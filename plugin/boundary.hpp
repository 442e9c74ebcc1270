// SPDX-License-Identifier: GPL-3.0-or-later
// Where C++ meets C: no exception may unwind through frames of libpurple or GLib, and what they allocate they free.
// Knows nothing of Tox.
#pragma once

#include <glib.h>

#include <exception>
#include <memory>
#include <string>
#include <type_traits>

namespace purple_tox {

void report_exception(const char* what) noexcept;

// Every function that libpurple or GLib calls goes in as guarded<f>.
template <auto F>
struct Guard;
template <class R, class... A, R (*F)(A...)>
struct Guard<F> {
    static R call(A... arguments) noexcept {
        try {
            return F(arguments...);
        } catch (const std::exception& e) {
            report_exception(e.what());
        } catch (...) {
            report_exception("unknown exception");
        }
        if constexpr (!std::is_void_v<R>) return R{};
    }
};
template <auto F>
inline constexpr auto guarded = &Guard<F>::call;

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
