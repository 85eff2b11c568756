"""grade --slurm on a real cluster of one node (slurm_cluster.py): the same grades as without, whoever is killed."""

import csv
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SPINLAB = pathlib.Path(sys.argv[1]).resolve()
TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS.parent / "support"))
from slurm_cluster import Cluster, missing_programs  # noqa: E402


@unittest.skipIf(missing_programs(), "Slurm is not installed here: no " + ", ".join(missing_programs()))
class GradeBySlurm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(Cluster())
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        root = cls.folder / "root"
        shutil.copytree(TESTS.parent / "judging/fixture", root / "assignments/fixture")
        cls.cluster.environment["SPINLAB_ROOT"] = str(root)
        (root / "datasets/files").mkdir(parents=True)
        shutil.copy(TESTS.parents[1] / "datasets/files/catalog.json", root / "datasets/files")
        cls.hand_in()
        here = cls.grade("here", "-j2")
        assert here.returncode == 0, here.stderr
        cls.here = cls.grades("here")

    @classmethod
    def hand_in(cls):
        solution = (TESTS.parent / "judging/fixture/solution.cpp").read_text()
        right = "return x * 2;"
        bodies = {"curie": right, "dirac": "std::abort();", "euler": "return x * 2", "fermi": "return x + 2;"}
        bodies.update({f"gauss-{i}": f"{right}  // {i}" for i in range(8)})
        for name, body in bodies.items():
            file = cls.folder / "class" / name / "fixture.cpp"
            file.parent.mkdir(parents=True)
            file.write_text(solution.replace(right, body))
        older = cls.folder / "class/fermi.cpp"  # gives way to the folder fermi
        older.write_text(solution)
        os.utime(older, (0, 0))
        (cls.folder / "class/hertz").mkdir()
        (cls.folder / "class/hertz/other.txt").write_text("not code")

    @classmethod
    def command(cls, out, *options):
        return [SPINLAB, "grade", "fixture", cls.folder / "class", "--out", cls.folder / out, "--seed", "1", *options]

    @classmethod
    def grade(cls, out, *options):
        return cls.cluster.run(cls.command(out, *options))

    def start(self, out, *options):
        return subprocess.Popen(self.command(out, *options), env=self.cluster.environment,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @classmethod
    def grades(cls, out):
        with open(cls.folder / out / "grades.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        return {row["student"]: {key: value for key, value in row.items() if key != "graded_at"} for row in rows}

    def results(self, out):
        return len(list((self.folder / out).glob("slurm/*/results/*.json")))

    def wait(self, ready):
        end = time.monotonic() + 300
        while not ready():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)

    def queue(self):
        return self.cluster.run(["squeue", "--noheader"]).stdout

    def assert_same_as_here(self, out):
        self.assertEqual(self.grades(out), self.here)
        self.assertEqual(len(self.here), 13)
        self.assertFalse((self.folder / out / "slurm").exists())

    def test_an_array_gives_the_same_grades(self):
        done = self.grade("array", "--slurm=3")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("12 submissions in 3 tasks", done.stderr)
        self.assert_same_as_here("array")
        again = self.grade("array", "--slurm")
        self.assertIn("0 graded, 14 as before", again.stderr)
        self.assertIn("class/fermi (", again.stderr.split("counts; kept")[0])
        wrong = self.grade("array", "--slurm=0")
        self.assertEqual(wrong.returncode, 2, wrong.stderr)

    def test_a_task_that_dies_leaves_its_share_to_the_next_start(self):
        grading = self.start("dies", "--slurm=2")
        self.wait(lambda: self.results("dies") >= 2)
        job = next((self.folder / "dies").glob("slurm/*/job")).read_text()
        self.cluster.run(["scancel", "--signal=KILL", "--full", f"{job}_1"])
        self.assertEqual(grading.wait(300), 3)
        left = [row for row in self.grades("dies").values() if row["verdict"] == "infrastructure failure"]
        self.assertGreater(len(left), 0)
        self.assertLess(len(left), 7)
        self.assertEqual({row["points"] for row in left}, {""})
        done = self.grade("dies", "--slurm=2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_same_as_here("dies")

    def test_ctrl_c_cancels_the_array_and_the_next_start_goes_on(self):
        grading = self.start("stopped", "--slurm=2")
        self.wait(lambda: self.results("stopped") >= 2)
        grading.send_signal(signal.SIGINT)
        self.assertEqual(grading.wait(300), -signal.SIGINT)
        self.wait(lambda: self.queue() == "")
        kept = self.results("stopped")
        self.assertGreaterEqual(kept, 2)
        done = self.grade("stopped", "--slurm=2")
        self.assertIn(f"{12 - kept} submissions in", done.stderr)
        self.assert_same_as_here("stopped")

    def test_an_array_outlives_the_process_that_waits_for_it(self):
        grading = self.start("lost", "--slurm=1")
        self.wait(lambda: self.results("lost") >= 1)
        grading.kill()
        grading.wait()
        done = self.grade("lost", "--slurm=1")
        self.assertIn("of an earlier start still runs", done.stderr)
        self.assertNotIn("submissions in", done.stderr)
        self.assert_same_as_here("lost")

    def test_what_sbatch_refuses_is_said_in_one_line(self):
        done = self.grade("refused", "--slurm", "--slurm-options", "--partition=none --time=10")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^spinlab: sbatch refuses the array: .*partition.*; mend --slurm-options\n$")

    def test_a_node_with_another_assignment_gives_no_grades(self):
        elsewhere = self.folder / "elsewhere"
        grading = self.start("other", "--slurm-options", "--hold", "--slurm=1")
        self.wait(lambda: list((self.folder / "other").glob("slurm/*/job")))
        work = next((self.folder / "other").glob("slurm/*/work.json"))
        shutil.copytree(self.folder / "root", elsewhere)
        (elsewhere / "assignments/fixture/checks.cpp").write_text("// another\n")
        work.write_text(work.read_text().replace(str(self.folder / "root"), str(elsewhere)))
        self.cluster.run(["scontrol", "release", (work.parent / "job").read_text()])
        self.assertEqual(grading.wait(300), 3)
        self.assertIn("another copy of the assignment", (work.parent / "log/task-0.log").read_text())
        graded = {row["verdict"] for row in self.grades("other").values()}
        self.assertEqual(graded, {"infrastructure failure", "unreadable submission"})


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
