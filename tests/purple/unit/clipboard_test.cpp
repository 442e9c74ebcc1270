// SPDX-License-Identifier: GPL-3.0-or-later
// The clipboard of a program that has GTK: this one plays it.
#include "plugin/clipboard.hpp"

#include <gtest/gtest.h>

namespace {

std::string selection, copied;

}  // namespace

#define PLAYED __attribute__((visibility("default")))  // as a program's own functions are

extern "C" {
PLAYED void* gdk_atom_intern(const char* name, int) {
    selection = name;
    return &selection;
}
PLAYED void* gtk_clipboard_get(void* of) { return of; }
PLAYED void gtk_clipboard_set_text(void* clipboard, const char* text, int length) {
    EXPECT_EQ(clipboard, &selection);
    EXPECT_EQ(length, -1);
    copied = text;
}
}

namespace purple_tox {
namespace {

TEST(Clipboard, GtksIsFoundInTheProgram) {
    EXPECT_TRUE(has_clipboard());
    copy_to_clipboard("76 digits");
    EXPECT_EQ(copied, "76 digits");
    EXPECT_EQ(selection, "CLIPBOARD");
}

}  // namespace
}  // namespace purple_tox
