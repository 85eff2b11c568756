"""The edits of benchmarks/similarity keep a program's meaning and change what they say."""

import pathlib
import random
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks/similarity"))
sys.dont_write_bytecode = True

from generate import distinct_programs, read_variants  # noqa: E402
from plagiarise import EDITS, Program, declared_names, rewritten_loops  # noqa: E402

SCALE = """Tensor scale(const Tensor& alpha, double factor) {
  // grows
  Tensor sum = alpha.sum();
  for (int64_t i = 0; i < 3; ++i) {
    if (i == 1) continue;
    sum = factor > 0 ? sum * factor : alpha;
  }
  return torch::sum(sum);
}
"""
PROGRAM = Program("head\n", [SCALE, SCALE.replace("scale", "other")], "tail\n")


def squeezed(code):
    return re.sub(r"\s+", "", code)


class Plagiarise(unittest.TestCase):
    def edited(self, name):
        return EDITS[name](PROGRAM, random.Random(1))

    def test_renamed_leaves_members_qualified_and_public_names(self):
        code = self.edited("renamed").functions[0]
        self.assertNotRegex(code, r"\b(alpha|factor|i)\b")
        for kept in ".sum()", "torch::sum(", "Tensor scale(":
            self.assertIn(kept, code)
        self.assertEqual(declared_names(SCALE, {"scale"}), ["alpha", "factor", "i", "sum"])

    def test_reordered_is_a_permutation(self):
        functions = self.edited("reordered").functions
        self.assertNotEqual(functions, PROGRAM.functions)
        self.assertEqual(sorted(functions), sorted(PROGRAM.functions))

    def test_reformatted_changes_white_space_alone(self):
        code = self.edited("reformatted").functions[0]
        self.assertNotEqual(code, SCALE)
        self.assertEqual(squeezed(code), squeezed(SCALE))

    def test_comments_change_nothing_else(self):
        code = self.edited("comments").functions[0]
        self.assertNotIn("grows", code)
        self.assertEqual(squeezed(re.sub(r"//[^\n]*|/\*.*?\*/", "", code, flags=re.S)),
                         squeezed(SCALE.replace("// grows", "")))

    def test_a_for_loop_becomes_a_while_loop_that_steps_before_it_continues(self):
        self.assertEqual(squeezed(rewritten_loops("for (int i = 0; i < n; ++i) { if (a) continue; f(i); }")),
                         squeezed("{ int i = 0; while (i < n) { if (a) { ++i; continue; } f(i); ++i; } }"))

    def test_a_continue_is_its_own_loop_s(self):
        self.assertEqual(squeezed(rewritten_loops("for (; a; ++i) for (; b; ++j) if (c) continue;")),
                         squeezed("{ ; while (a) { { ; while (b) { if (c) { ++j; continue; } ++j; } } ++i; } }"))

    def test_a_while_loop_becomes_a_for_loop_and_a_range_stays(self):
        self.assertEqual(rewritten_loops("while (x < f(y)) ++x;"), "for (; x < f(y);) ++x;")
        self.assertEqual(rewritten_loops("for (auto x : xs) f(x);"), "for (auto x : xs) f(x);")

    def test_honest_programs_are_distinct_complete_and_repeatable(self):
        variants = read_variants(ROOT / "assignments/01-regression/similarity")
        self.assertTrue(all(len(texts) >= 4 for texts in variants))
        texts = [p.text() for p in distinct_programs(50, variants, "", "", random.Random(3))]
        self.assertEqual(len(set(texts)), 50)
        self.assertTrue(all(re.search(r"\bCHECK_", text) is None for text in texts))
        self.assertEqual(texts, [p.text() for p in distinct_programs(50, variants, "", "", random.Random(3))])


if __name__ == "__main__":
    unittest.main()
