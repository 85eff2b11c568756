"""sweep --slurm and train --slurm on a real cluster of one node (slurm_cluster.py): the same numbers as without."""

import json
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
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from slurm_cluster import Cluster, missing_programs  # noqa: E402

RECIPE = {"title": "toy", "model": {"name": "linear"}, "data": {"name": "linear"}, "epochs": 2}
LONG = {"title": "long", "model": {"name": "mlp"}, "data": {"name": "linear", "samples": 4000}, "epochs": 100000, "batch": 8,
        "optimizer": {"name": "adamw"}}
MODEL = (pathlib.Path(__file__).resolve().parents[3] / "models/networks/mlp.cpp")
GRID = ["--set", "optimizer.lr=0.01,0.05", "--seeds", "2"]


@unittest.skipIf(missing_programs(), "Slurm is not installed here: no " + ", ".join(missing_programs()))
class BySlurm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(Cluster())
        cls.cluster.environment.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        for name, recipe in (("toy", RECIPE), ("long", LONG)):
            (cls.folder / f"{name}.json").write_text(json.dumps(recipe))

    def command(self, *words):
        return [SPINLAB, *words, "--no-plots"]

    def spinlab(self, *words, **environment):
        return subprocess.run(self.command(*words), cwd=self.folder, env={**self.cluster.environment, **environment},
                              capture_output=True, text=True, timeout=120)

    def start(self, *words):
        return subprocess.Popen(self.command(*words), cwd=self.folder, env=self.cluster.environment,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def wait(self, ready):
        end = time.monotonic() + 60
        while not ready():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)

    def has(self, path):
        return lambda: (self.folder / path).exists()

    def queue(self):
        return self.cluster.run(["squeue", "--noheader"]).stdout

    def metrics(self, folder):
        return {file.parent.name: json.loads(file.read_text())["metrics"]
                for file in sorted((self.folder / folder).glob("*/result.json"))}

    def result(self, run):
        return json.loads((self.folder / run / "result.json").read_text())

    def assert_refused(self, done, message):
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertRegex(done.stderr, f"^spinlab: .*{message}.*\n$")

    def test_an_array_trains_the_same_runs_with_a_model_of_ones_own(self):
        (self.folder / "mine.json").write_text(json.dumps({**RECIPE, "model": {"name": "mine"}}))
        (self.folder / "mine.cpp").write_text(MODEL.read_text().replace('"mlp"', '"mine"').replace("Mlp", "Mine"))
        here, there = (self.spinlab("sweep", "mine.json", "--model", "mine.cpp", *GRID, "--out", out, *more, "--json")
                       for out, more in (("here", []), ("there", ["--slurm=2"])))
        self.assertEqual(there.returncode, 0, there.stderr)
        self.assertIn("4 runs in 2 tasks", there.stderr)
        self.assertEqual(len(self.metrics("here")), 4)
        self.assertEqual(self.metrics("here"), self.metrics("there"))
        self.assertEqual(*(json.loads(done.stdout)["groups"][0]["metrics"] for done in (here, there)))
        self.assertFalse((self.folder / "there/slurm").exists())

    def test_a_run_that_fails_is_counted(self):
        done = self.spinlab("sweep", "toy.json", "--set", "optimizer.lr=0.01,1e6", "--set", "epochs=60", "--out", "fails", "--slurm=1")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("1 of 2 runs failed; why is said in fails/logs", done.stderr)
        self.assertIn("not finite", (self.folder / "fails/logs/002-lr=1e6-epochs=60-s1.log").read_text())

    def test_a_cancelled_sweep_goes_on_and_one_that_is_lost_is_waited_for(self):
        words = ["sweep", "long.json", "--set", "optimizer.lr=0.001,0.002", "--out", "stopped", "--slurm"]
        begun = self.has("stopped/001-lr=0.001-s1/checkpoint.pt")
        lost = self.start(*words)
        self.wait(begun)
        second = self.spinlab(*words, "--resume")
        self.assert_refused(second, "another process is at this run")
        lost.kill()
        lost.communicate()
        self.assert_refused(self.spinlab(*words[:-1], "--resume"), "job [0-9]+ is at this sweep")
        waiting = self.start(*words, "--resume")
        self.assertIn("of an earlier start is still in the queue", waiting.stderr.readline())
        waiting.send_signal(signal.SIGINT)
        said = waiting.communicate(timeout=60)[1]
        self.assertEqual(waiting.returncode, -signal.SIGINT, said)
        self.assertIn("what is done is kept. Go on with", said)
        self.wait(lambda: self.queue() == "")
        record = self.folder / "stopped/001-lr=0.001-s1/run.json"
        kept = json.loads(record.read_text())["seconds"]
        self.assertGreater(kept, 0)
        again = self.start(*words, "--resume")
        self.wait(lambda: len(json.loads(record.read_text())["sittings"]) == 2)
        again.send_signal(signal.SIGINT)
        again.communicate(timeout=60)
        self.wait(lambda: self.queue() == "")

    def test_what_sbatch_refuses_is_said_in_one_line(self):
        for words in (["sweep", "toy.json", *GRID, "--out", "refused"], ["train", "toy.json", "--out", "refused-run"]):
            done = self.spinlab(*words, "--slurm", "--slurm-options", "--partition=none --time=10")
            self.assert_refused(done, "sbatch refuses the (array|job): .*partition.*; mend --slurm-options")
        done = self.spinlab("sweep", "toy.json", *GRID, "--out", "refused")  # nothing of it had begun
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_machine_without_slurm_says_so(self):
        for words in (["sweep", "toy.json", *GRID], ["train", "toy.json"]):
            self.assert_refused(self.spinlab(*words, "--out", "none", "--slurm", PATH="/nowhere"), "--slurm needs sbatch")
        self.assertFalse((self.folder / "none").exists())
        self.assert_refused(self.spinlab("train", "toy.json", "-n", "2"), "--ntasks requires --slurm")
        self.assert_refused(self.spinlab("train", "toy.json", "--slurm", "-n", "1", "-N", "2"), "fewer ranks than the 2 nodes")

    def test_one_task_trains_without_mpi_and_misses_its_goal(self):
        goal = {"metric": "test_r2", "at_least": 1.0, "source": "none"}
        (self.folder / "goal.json").write_text(json.dumps({**RECIPE, "goal": goal}))
        words = ["train", "goal.json", "--seed", "4", "--threads", "1", "--require-goal", "--json"]
        here, there = (self.spinlab(*words, "--out", out, *more) for out, more in (("alone", []), ("one", ["--slurm"])))
        self.assertEqual((here.returncode, there.returncode), (1, 1), there.stderr)
        self.assertEqual(json.loads(there.stdout), self.result("one"))
        self.assertRegex(there.stderr, "job [0-9]+: 1 task; its log is .*\n(.*\n)*goal: 100 %")
        self.assertEqual(self.result("one")["metrics"], self.result("alone")["metrics"])

    def test_a_failure_keeps_its_code(self):
        done = self.spinlab("train", "toy.json", "--slurm", "--out", "wild", "--set", "optimizer.lr=1e6", "--epochs", "60")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("not finite", done.stderr)

    def test_a_node_without_mpirun_says_so(self):
        tools = self.folder / "tools"
        tools.mkdir()
        for name in ("sbatch", "squeue", "scancel", "sh", "uname", "mv"):
            (tools / name).symlink_to(shutil.which(name, path=self.cluster.environment["PATH"]))
        done = self.spinlab("train", "toy.json", "--slurm", "-n", "2", "--out", "no-mpi", PATH=str(tools))
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("spinlab: mpirun is not on", done.stderr)

    @unittest.skipUnless(shutil.which("mpirun") and shutil.which("mpicxx") and (os.cpu_count() or 1) > 1, "no MPI, or one processor")
    def test_ranks_stop_go_on_and_end_as_one_process_does(self):
        words = ["train", "long.json", "--out", "ranks", "--slurm", "-n", "2"]
        training = self.start(*words)
        self.wait(self.has("ranks/checkpoint.pt"))
        training.send_signal(signal.SIGINT)
        said = training.communicate(timeout=60)[1]
        self.assertEqual(training.returncode, -signal.SIGINT, said)
        self.assertRegex(said, "Go on with: .* train long.json --resume --out ranks --slurm -n 2\n")
        self.assertIn("the run is saved", said)
        self.assertEqual(self.queue(), "")
        epoch = json.loads((self.folder / "ranks/metrics.jsonl").read_text().splitlines()[-1])["epoch"]
        done = self.spinlab(*words, "--resume", "--epochs", str(epoch + 2), "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["epochs"], epoch + 2)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
