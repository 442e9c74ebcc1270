#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check of the requirements bites."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import requirements  # noqa: E402


def breaches(state, places):
    return requirements.breaches(f"| R7 | what | {state} | `A.Test` |\n", places)


class Table(unittest.TestCase):
    def test_kept_needs_a_test(self):
        self.assertEqual(breaches("kept", {"R7": ["tests/unit/a_test.cpp:3"]}), [])
        self.assertEqual(len(breaches("kept", {})), 1)
        self.assertEqual(len(breaches("kept", {"R7": ["engine/a.cpp:3"]})), 1)

    def test_all_else_needs_a_reason(self):
        for state in ("partly", "not kept", "not built"):
            self.assertEqual(len(breaches(state, {})), 1, state)
            self.assertEqual(breaches(state + ": because", {}), [], state)
        self.assertEqual(len(breaches("done", {})), 1)

    def test_what_is_cited_has_one_row(self):
        row = "| R7 | what | partly: because | |\n"
        self.assertEqual(len(requirements.breaches(row, {"B9": ["engine/a.cpp:1"]})), 1)
        self.assertEqual(len(requirements.breaches(row + row, {})), 1)


class Numbers(unittest.TestCase):
    def test_where_they_stand(self):
        def found(text):
            return requirements.NUMBER.findall(text)
        self.assertEqual(found("// R17, B104 and R7b"), ["R17", "B104", "R7b"])
        self.assertEqual(found("TEST_F(Disk, R50_B30_FullDisk)"), ["R50", "B30"])
        self.assertEqual(found("TEST(Proxy, B23Refused)"), ["B23"])
        self.assertEqual(found("0xB2 AB12 76518406F6A9F2217E8DC487 B2b0 R0 R1234"), [])


if __name__ == "__main__":
    unittest.main()
