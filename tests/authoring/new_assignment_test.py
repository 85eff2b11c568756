"""What `spinlab new` makes is sound, experiments and can be handed out: new_assignment_test.py SPINLAB COURSE NAME."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SPINLAB, COURSE, NAME = sys.argv[1:4]
PROJECT = pathlib.Path(__file__).parents[2]


class NewAssignment(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="spinlab-new-")
        self.addCleanup(self.scratch.cleanup)
        self.folder = pathlib.Path(self.scratch.name)

    def run_spinlab(self, *words):
        venv = PROJECT / ".spinlab/venv/bin/python"
        settings = {"SPINLAB_ROOT": COURSE, **({"SPINLAB_PYTHON": str(venv)} if venv.exists() else {})}
        done = subprocess.run([SPINLAB, *words], env={**os.environ, **settings}, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_it_is_sound_and_every_check_is_caught_by_a_mutant(self):
        said = self.run_spinlab("validate", NAME, "--seeds", "5")
        self.assertIn(f"{NAME}: sound", said)
        self.assertNotIn("note:", said)

    def test_its_experiment_draws_what_its_handout_brings(self):
        self.run_spinlab("handout", NAME, "--out", str(self.folder / "handout"))
        self.assertTrue((self.folder / "handout/assignments/shared/draws.h").exists())
        master = pathlib.Path(COURSE, "assignments", NAME, "solution.cpp")
        self.run_spinlab("experiment", NAME, "--file", str(master), "--out", str(self.folder))
        for ending in ("png", "svg", "json"):
            self.assertGreater((self.folder / f"{NAME}-experiment.{ending}").stat().st_size, 200)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
