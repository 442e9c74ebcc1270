#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""That the rules bite: texts with known breaches go through tests/tidy, and every breach must be seen. Touches no file
of the tree."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import shape  # noqa: E402
import tidy  # noqa: E402


def functions_of(text):
    return {f.name: f for f in shape.functions(shape.without_comments_and_strings(text))}


class Shape(unittest.TestCase):
    def test_lines_parameters_and_names(self):
        found = functions_of("""
            int add(int a, std::map<int, int> b) {
                return a;
            }
            void Class::method() const noexcept { run(); }
            template <class T> auto trailing(T t, int) -> std::optional<T> { return t; }
            bool operator==(const X& a) const { return true; }
        """)
        self.assertEqual(found["add"].lines, 3)
        self.assertEqual(found["add"].parameters, 2)
        self.assertEqual(found["Class::method"].lines, 1)
        self.assertTrue(found["Class::method"].is_noexcept)
        self.assertEqual(found["trailing"].parameters, 2)
        self.assertEqual(len(found), 4)

    def test_constructors_with_initialisers(self):
        found = functions_of("Thing::Thing(int a, int b, int c, int d, int e) : a_(a), b_{b}, c_(call(c)) { start(); }")
        self.assertEqual(found["Thing::Thing"].parameters, 5)

    def test_nesting_counts_control_only(self):
        found = functions_of("""
            void deep() {
                for (int i = 0; i < 3; ++i) {
                    if (i) {
                        while (true) {
                            switch (i) { case 1: break; }
                        }
                    } else {
                        stop({1, 2, 3});
                    }
                }
            }
            void flat() { { const X x{1}; } const auto l = [&](int a) { return a; }; }
        """)
        self.assertEqual(found["deep"].nesting, 4)
        self.assertEqual(found["flat"].nesting, 0)
        self.assertEqual(len(found), 2)

    def test_lambdas_belong_to_their_function(self):
        found = functions_of("void f() {\n call([this](int a, int b) mutable -> int {\n"
                             " if (a) {\n b();\n }\n return 1; });\n}")
        self.assertEqual(list(found), ["f"])
        self.assertEqual(found["f"].lines, 7)
        self.assertEqual(found["f"].nesting, 1)

    def test_braces_in_strings_comments_and_macros(self):
        found = functions_of('#define X do { \\\n if (1) { \n'
                             'void f() { print("}{{"); /* { */ c(\'{\'); // {\n}\nvoid g() {}\n')
        self.assertEqual(sorted(found), ["f", "g"])

    def test_member_functions_inside_types(self):
        found = functions_of("struct A { int x{3}; void f(int a) { go(); } struct B { void g() {} }; };")
        self.assertEqual(sorted(found), ["f", "g"])
        local = functions_of("void outer() { struct L { void inner(int a, int b, int c, int d, int e) { } }; }")
        self.assertEqual(local["inner"].parameters, 5)


class Arrows(unittest.TestCase):
    def test_layers(self):
        self.assertTrue(tidy.may_include("engine/dht/dht.cpp", "engine/wire/codec.hpp"))
        self.assertFalse(tidy.may_include("engine/wire/codec.hpp", "engine/dht/dht.hpp"))
        self.assertFalse(tidy.may_include("engine/dht/dht.cpp", "engine/onion/onion_client.hpp"))
        self.assertFalse(tidy.may_include("engine/dht/dht.cpp", "engine/engine.hpp"))
        self.assertFalse(tidy.may_include("engine/contact/contact.cpp", "engine/glib/glib_loop.hpp"))
        self.assertFalse(tidy.may_include("engine/contact/contact.cpp", "plugin/plugin.hpp"))
        self.assertFalse(tidy.may_include("plugin/account.cpp", "engine/session/session.hpp"))
        self.assertFalse(tidy.may_include("plugin/account.cpp", "tests/sim/world.hpp"))
        self.assertTrue(tidy.may_include("plugin/account.cpp", "engine/engine.hpp"))

    def test_libraries(self):
        self.assertIsNotNone(tidy.library_arrow("engine/dht/dht.cpp", "sodium.h"))
        self.assertIsNone(tidy.library_arrow("engine/crypto/box.cpp", "sodium.h"))
        self.assertIsNotNone(tidy.library_arrow("tests/sim/world.cpp", "sodium.h"))
        self.assertIsNotNone(tidy.library_arrow("engine/session/session.cpp", "glib.h"))
        self.assertIsNotNone(tidy.library_arrow("engine/glib/glib_loop.cpp", "libpurple/account.h"))
        self.assertIsNotNone(tidy.library_arrow("tools/tox-peer/main.cpp", "tox/tox.h"))
        self.assertIsNotNone(tidy.library_arrow("engine/dht/dht.cpp", "mutex"))


class Texts(unittest.TestCase):
    def breaches(self, path, text):
        report = tidy.Report()
        tidy.check_text(path, text, report)
        tidy.check_header(path, text, report)
        tidy.check_code(path, text, report, [])
        return report.breaches

    def test_clean(self):
        self.assertEqual(self.breaches("engine/a.cpp", "// SPDX-License-Identifier: GPL-3.0-or-later\nint a;\n"), [])

    def test_each_breach_is_seen(self):
        head = "// SPDX-License-Identifier: GPL-3.0-or-later\n"
        bad = {
            "no header": "int a;\n",
            "blank": head + "int a; \n",
            "long": head + "int " + "a" * 120 + ";\n",
            "path": head + 'const char* p = "/ho' + 'me/somebody/x";\n',
            "file": head + "int a;\n" * 401,
            "function": head + "void f() {\n" + "a();\n" * 60 + "}\n",
            "parameters": head + "void f(int a, int b, int c, int d, int e) {}\n",
            "nesting": head + "void f() { if (a) { if (b) { if (c) { if (d) { } } } } }\n",
            "shared": head + "std::shared_ptr<int> p;\n",
            "end": head + "int a;",
        }
        for name, text in bad.items():
            self.assertTrue(self.breaches("engine/a.cpp", text), name)
        self.assertTrue(self.breaches("engine/a.hpp", head + "using namespace std;\n"))


if __name__ == "__main__":
    unittest.main()
