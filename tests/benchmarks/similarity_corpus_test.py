"""The functions that bench similarity makes classes of are right ones: similarity_corpus_test.py SPINLAB."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

SPINLAB = sys.argv[1]
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks/similarity"))
sys.dont_write_bytecode = True

from generate import HABITS, HELPER, checked, frame, read_variants  # noqa: E402

ASSIGNMENT = ROOT / "assignments/01-regression"


def programs(head, tail):
    """As few as hold every variant of every function, each with another way to check arguments."""
    variants = read_variants(ASSIGNMENT / "similarity")
    for n in range(max(map(len, variants))):
        habit = HABITS[n % len(HABITS)]
        functions = (checked(texts[n % len(texts)], habit) for texts in variants)
        yield head + (HELPER if habit.__name__ == "by_helper" else "") + "\n".join(functions) + tail


class SimilarityCorpus(unittest.TestCase):
    def test_every_program_passes_every_check(self):
        with tempfile.TemporaryDirectory(prefix="spinlab-corpus-") as scratch:
            folder = pathlib.Path(scratch)
            self.run_spinlab("handout", "01-regression", "--out", str(folder / "handout"))
            for n, text in enumerate(programs(*frame((folder / "handout/regression.cpp").read_text()))):
                (folder / f"class/p{n}").mkdir(parents=True)
                (folder / f"class/p{n}/regression.cpp").write_text(text)
            said = self.run_spinlab("grade", "01-regression", str(folder / "class"), "--out", str(folder / "out"),
                                    "--allow-missing-data", "--json")
        for line in map(json.loads, said.splitlines()):
            failed = [name for name, check in line["checks"].items() if check["outcome"] != "passed"]
            self.assertEqual([name for name in failed if not name.startswith("Analytical")], [], line["student"])

    def run_spinlab(self, *words):
        done = subprocess.run([SPINLAB, *words], capture_output=True, text=True)
        self.assertIn(done.returncode, (0, 1), done.stdout + done.stderr)
        return done.stdout


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
