// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/clipboard.hpp"

#include <gmodule.h>

namespace purple_tox {
namespace {

// GTK's functions as the program itself has loaded them; all or none.
struct Gtk {
    void* (*intern)(const char* name, gboolean only_if_exists) = nullptr;
    void* (*clipboard)(void* selection) = nullptr;
    void (*set_text)(void* clipboard, const char* text, int length) = nullptr;

    bool complete() const { return intern && clipboard && set_text; }
};

template <class F>
void find(GModule* program, const char* name, F& function) {
    gpointer symbol = nullptr;
    if (g_module_symbol(program, name, &symbol)) function = reinterpret_cast<F>(symbol);
}

Gtk find_gtk() {
    Gtk gtk;
    GModule* const program = g_module_open(nullptr, G_MODULE_BIND_LAZY);
    if (!program) return gtk;
    find(program, "gdk_atom_intern", gtk.intern);
    find(program, "gtk_clipboard_get", gtk.clipboard);
    find(program, "gtk_clipboard_set_text", gtk.set_text);
    g_module_close(program);  // the program stays
    return gtk;
}

}  // namespace

bool has_clipboard() { return find_gtk().complete(); }

void copy_to_clipboard(const std::string& text) {
    const Gtk gtk = find_gtk();
    if (!gtk.complete()) return;
    constexpr int all = -1;
    gtk.set_text(gtk.clipboard(gtk.intern("CLIPBOARD", FALSE)), text.c_str(), all);
}

}  // namespace purple_tox
