"""Tests run_autograder of a Gradescope bundle: with a fake spinlab in a folder that stands for /autograder."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "src/grading/bundle/run_autograder"

GRADES = """#!/bin/bash
printf '%s\\n' "$@" >"$AUTOGRADER/arguments"
echo "$SPINLAB_DATA" >"$AUTOGRADER/data"
find "$3" | sed "s#$3##" | sort >"$AUTOGRADER/entries"
while [[ $1 != --out ]]; do shift; done
mkdir -p "$2/results" && echo '{"score": 7}' >"$2/results/submission.json"
"""


class RunAutograder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="spinlab-gradescope-")
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.program = self.home / "source/project/build/release/bin/spinlab"
        self.program.parent.mkdir(parents=True)
        (self.home / "source/settings").write_text("assignment='00-sums'\noptions=('--seed' '7')\n")
        (self.home / "submission/deep").mkdir(parents=True)
        (self.home / "submission/deep/sums.cpp").write_text("int f();\n")
        shutil.copy(SCRIPT, self.home / "run_autograder")

    def run_with(self, program):
        if program is not None:
            self.program.write_text(program)
            self.program.chmod(0o755)
        done = subprocess.run([self.home / "run_autograder"], cwd=self.home, capture_output=True, text=True, timeout=60,
                              env={**os.environ, "AUTOGRADER": str(self.home), "TMPDIR": str(self.home)})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(list(self.home.glob("tmp.*")), [])
        return json.loads((self.home / "results/results.json").read_text())

    def read(self, name):
        return (self.home / name).read_text().splitlines()

    def test_the_submission_is_one_entry_and_its_result_is_handed_over(self):
        self.assertEqual(self.run_with(GRADES), {"score": 7})
        self.assertEqual(self.read("entries"), ["", "/submission", "/submission/deep", "/submission/deep/sums.cpp"])
        arguments = self.read("arguments")
        self.assertEqual(arguments[:2] + arguments[-2:], ["grade", "00-sums", "--seed", "7"])
        self.assertEqual(self.read("data"), [str(self.home / "source/data")])

    def test_a_failure_of_the_machine_has_no_score(self):
        failures = {"no program": None, "refuses": "#!/bin/bash\nexit 3\n", "is killed": "#!/bin/bash\nkill -9 $$\n"}
        for name, program in failures.items():
            with self.subTest(name):
                results = self.run_with(program)
                self.assertNotIn("score", results)
                self.assertTrue(all("score" not in test for test in results["tests"]))
                self.assertEqual(results["tests"][0]["status"], "failed")
                self.assertIn("not your submission", results["output"])

    def test_an_earlier_result_is_not_taken_for_this_one(self):
        (self.home / "results").mkdir()
        (self.home / "results/results.json").write_text('{"score": 100}')
        self.assertNotIn("score", self.run_with("#!/bin/bash\nexit 3\n"))

    def test_a_folder_that_holds_nothing_is_graded_as_well(self):
        shutil.rmtree(self.home / "submission/deep")
        self.assertEqual(self.run_with(GRADES), {"score": 7})


if __name__ == "__main__":
    unittest.main()
