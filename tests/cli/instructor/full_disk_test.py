"""grade on a disk that fills in the middle: full_disk_test.py SPINLAB. Skipped (exit code 77) where nothing may be mounted."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[2]
DISK_KIB = 8192
STUDENTS = 40


def in_own_mounts(program):
    """The command line of a program that sees mounts of its own."""
    root = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--mount", *root, *program]


class FullDisk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="spinlab-full-disk-")))
        root = cls.folder / "root"
        shutil.copytree(TESTS / "judging/fixture", root / "assignments/fixture")
        (root / "datasets/files").mkdir(parents=True)
        shutil.copy(TESTS.parent / "datasets/files/catalog.json", root / "datasets/files")
        cls.environment = dict(os.environ, SPINLAB_ROOT=str(root))
        cls.hand_in()
        cls.expected = cls.grades(cls.grade(cls.folder / "whole"))
        assert len(cls.expected) == STUDENTS

    @classmethod
    def hand_in(cls):
        """One that is compiled and run, among many that take no time."""
        for number in range(STUDENTS):
            folder = cls.folder / "class" / f"student{number:02}"
            folder.mkdir(parents=True)
            (folder / "wrong name.cpp").write_text(f"// {number}\n")
        (folder / "wrong name.cpp").rename(folder / "fixture.cpp")
        shutil.copy(TESTS / "judging/fixture/solution.cpp", folder / "fixture.cpp")

    @classmethod
    def grade(cls, out):
        return subprocess.run([spinlab, "grade", "fixture", cls.folder / "class", "--out", out, "-j", "2", "--json"],
                              env=cls.environment, capture_output=True, text=True)

    @staticmethod
    def grades(run):
        assert run.returncode == 0, run.stderr
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        return {line["student"]: (line["verdict"], line["points"], line["checks"]) for line in lines}

    def setUp(self):
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_KIB}k", "tmpfs", self.disk], check=True)

    def tearDown(self):
        subprocess.run(["umount", self.disk], check=True)
        self.disk.rmdir()

    def leave(self, kib):
        """Others' files leave so much."""
        free = shutil.disk_usage(self.disk).free
        (self.disk / "others").write_bytes(bytes(free - kib * 1024))

    def expect_one_clear_line(self, run):
        self.assertEqual(run.returncode, 3, run.stderr)
        lines = [line for line in run.stderr.splitlines() if not line.startswith("grading fixture: ")]
        self.assertEqual(len(lines), 1, run.stderr)
        self.assertRegex(lines[0], f"^spinlab: {self.disk}/out.*(free some disk|disk has space|No space left)")
        self.assertEqual(list(self.disk.rglob("*.part*")), [])

    def graded(self, run):
        return int(run.stderr.split(" graded, ")[0].split()[-1])

    def test_the_gradebook_cannot_grow(self):
        self.leave(300)
        self.expect_one_clear_line(self.grade(self.disk / "out"))
        (self.disk / "others").unlink()
        run = self.grade(self.disk / "out")
        self.assertEqual(self.grades(run), self.expected)
        self.assertTrue(0 < self.graded(run) < STUDENTS, run.stderr)  # the disk did fill in the middle

    def test_there_is_no_space_for_a_gradebook(self):
        self.leave(8)
        self.expect_one_clear_line(self.grade(self.disk / "out"))
        (self.disk / "others").unlink()
        self.assertEqual(self.grades(self.grade(self.disk / "out")), self.expected)

    def test_the_results_do_not_fit(self):
        out = self.disk / "out"
        self.grade(out)
        before = {file: file.read_bytes() for file in (out / "report").rglob("*.html")}
        shutil.rmtree(out / "results")
        self.leave(80)
        self.expect_one_clear_line(self.grade(out))
        self.assertEqual({file: file.read_bytes() for file in (out / "report").rglob("*.html")}, before)
        for file in (out / "results").glob("*"):
            json.loads(file.read_text())
        (self.disk / "others").unlink()
        run = self.grade(out)
        self.assertEqual(self.grades(run), self.expected)
        self.assertEqual(self.graded(run), 0)
        self.assertEqual(len(list((out / "results").iterdir())), STUDENTS)


if __name__ == "__main__":
    spinlab = pathlib.Path(sys.argv[1]).resolve()
    if "--mounted" not in sys.argv:
        if subprocess.run(in_own_mounts(["mount", "-t", "tmpfs", "tmpfs", "/mnt"]), capture_output=True).returncode:
            print("nothing may be mounted here, so that no small disk can be made")
            sys.exit(77)
        command = in_own_mounts([sys.executable, __file__, str(spinlab), "--mounted"])
        os.execvp(command[0], command)
    unittest.main(argv=[sys.argv[0]])
