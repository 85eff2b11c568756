"""Tests ./spinlab itself: what it installs, says and repeats. Nothing is installed: see fake_machine.py."""

import os
import time
import unittest

from fake_machine import FakeMachine


class SpinlabScript(unittest.TestCase):
    def setUp(self):
        self.machine = FakeMachine()
        self.addCleanup(self.machine.remove_all)

    def run_ok(self, *arguments, **options):
        code, output, errors = self.machine.run(*arguments, **options)
        self.assertEqual(code, 0, errors)
        return output, errors

    def pip_installs(self):
        return [call.split("--progress-bar off ")[1] for call in self.machine.calls("python") if "pip install" in call]

    def edit(self, file):
        path = self.machine.checkout / file
        path.touch()
        later = time.time() + 2
        os.utime(path, (later, later))


class FirstStart(SpinlabScript):
    def test_installs_builds_and_hands_over(self):
        output, errors = self.run_ok("train", "mnist mlp")
        self.assertEqual(output, f"program in {self.machine.checkout}: train mnist mlp\n")
        self.assertIn("will install with apt: cmake ninja-build", errors)
        self.assertEqual(len(self.machine.calls("apt-get")), 2)
        self.assertIn("cmake --fresh --preset release -DCMAKE_CXX_COMPILER=", self.machine.calls("cmake")[0])
        self.assertRegex(self.machine.calls("ninja")[0], r"-j \d+ spinlab$")

    def test_installed_packages_are_not_asked_for(self):
        self.run_ok("demo", INSTALLED="all")
        self.assertEqual(self.machine.calls("apt-get"), [])

    def test_a_compiler_is_installed_only_where_there_is_none(self):
        _, errors = self.run_ok("demo")
        self.assertNotIn("clang-19", errors)
        other = FakeMachine()
        self.addCleanup(other.remove_all)
        other.remove("clang++-19")
        self.assertIn("will install with apt: clang-19 lld-19", other.run("demo")[2])

    def test_the_given_compiler_is_taken(self):
        self.run_ok("demo", CXX="g++")
        self.assertIn("-DCMAKE_CXX_COMPILER=g++ ", self.machine.calls("cmake")[0])

    def test_help_needs_nothing(self):
        output, _ = self.run_ok("--help")
        self.assertIn("./spinlab test", output)
        self.assertEqual(self.machine.calls(), [])


class Rights(SpinlabScript):
    def test_without_root_and_sudo_one_line_for_an_administrator(self):
        code, _, errors = self.machine.run("demo", FAKE_UID="1000")
        self.assertEqual(code, 3)
        self.assertRegex(errors.splitlines()[-1],
                         "^apt-get update && apt-get install -y --no-install-recommends cmake .*libseccomp-dev libpcre2-dev$")
        self.assertEqual(self.machine.calls("apt-get") + self.machine.calls("python3"), [])

    def test_sudo_that_would_ask_is_not_waited_for_without_a_terminal(self):
        self.machine.fake("sudo", "exit 1")
        self.assertEqual(self.machine.run("demo", FAKE_UID="1000")[0], 3)
        self.assertEqual(self.machine.calls("apt-get"), [])

    def test_sudo_is_used_for_apt_alone(self):
        self.machine.fake("sudo", '[[ $1 == -n ]] || exec "$@"')
        self.run_ok("demo", FAKE_UID="1000")
        self.assertIn("sudo env DEBIAN_FRONTEND=noninteractive apt-get", self.machine.calls("sudo")[-1])
        self.assertTrue(all("apt" in call or "dpkg" in call or "-n true" in call for call in self.machine.calls("sudo")))


class LaterStart(SpinlabScript):
    def setUp(self):
        super().setUp()
        self.run_ok("demo")
        self.machine.forget_calls()

    def test_calls_nothing_and_keeps_the_folder_it_was_started_in(self):
        output, errors = self.run_ok("grade", "hw", cwd=self.machine.folder)
        self.assertEqual(output, f"program in {self.machine.folder}: grade hw\n")
        self.assertEqual((errors, self.machine.calls()), ("", []))

    def test_an_edit_builds_and_no_more(self):
        for edited in "src/a.cpp", "datasets/b.h", "experiments/a.cpp", "cmake/c.cmake", "CMakeLists.txt":
            self.edit(edited)
            self.run_ok("demo")
            self.assertEqual(len(self.machine.calls("ninja")), 1, edited)
            self.assertEqual(self.machine.calls("python") + self.machine.calls("cmake"), [])
            self.machine.forget_calls()
            past = time.time() - 60
            os.utime(self.machine.checkout / edited, (past, past))

    def test_what_the_program_is_not_made_from_builds_nothing(self):
        for edited in "assignments/b.h", "models/m.cpp", "benchmarks/b.cpp":
            self.edit(edited)
            self.run_ok("demo")
        self.assertEqual(self.machine.calls("ninja"), [])

    def test_a_package_that_an_older_environment_lacks_is_installed_and_nothing_else(self):
        for kept in "", "SPINLAB_TORCH_INDEX=https://example.org/whl":
            settings = dict([kept.split("=", 1)]) if kept else {}
            self.run_ok("demo", **settings)
            self.machine.forget_calls()
            complete = self.machine.checkout / ".spinlab/venv/complete"
            complete.write_text("SPINLAB_TORCH= " + (kept or "SPINLAB_TORCH_INDEX=") + "\n")
            self.edit("spinlab")
            self.run_ok("demo")
            self.assertEqual([call.split("==")[0] for call in self.pip_installs()], ["numpy matplotlib copydetect"])
            self.machine.forget_calls()
            self.run_ok("demo")
            self.assertEqual(self.pip_installs(), [])

    def test_a_moved_checkout_is_configured_again(self):
        moved = self.machine.folder / "moved"
        self.machine.checkout = self.machine.checkout.rename(moved)
        self.run_ok("demo")
        self.assertEqual(len(self.machine.calls("cmake")), 1)
        self.assertEqual(self.pip_installs(), [])


class Failures(SpinlabScript):
    def test_each_says_step_log_and_remedy_and_the_next_start_goes_on(self):
        cases = [("install --no-install", "packages"), ("-m venv", "Python environment"), ("torch==", "LibTorch"),
                 ("matplotlib copydetect", "Python packages"), ("--preset", "configuration"), (" spinlab", "build")]
        for call, step in cases:
            code, _, errors = self.machine.run("demo", FAIL=call)
            self.assertEqual(code, 3, step)
            self.assertIn(f"{step} failed", errors)
            self.assertIn(f"fake failure of {call}", errors)
            self.assertIn(f"whole log: {self.machine.checkout}/.spinlab/log/{step.replace(' ', '-')}.log", errors)
            self.assertIn("what to do: ", errors)
        self.run_ok("demo")
        self.assertEqual(len([c for c in self.machine.calls("apt-get") if " install " in c]), 2)

    def test_a_cut_install_of_torch_is_done_over(self):
        self.machine.run("demo", FAIL="torch==")
        self.machine.forget_calls()
        self.run_ok("demo")
        self.assertIn("--force-reinstall", self.pip_installs()[0])

    def test_two_starts_at_once_take_turns(self):
        processes = [self.machine.start("demo", BUILD_SECONDS="0.5") for _ in range(2)]
        texts = [process.communicate(timeout=60) for process in processes]
        self.assertEqual([process.returncode for process in processes], [0, 0], texts)
        self.assertNotIn("OVERLAP", self.machine.calls())
        self.assertIn("waiting", texts[0][1] + texts[1][1])


class OnDemand(SpinlabScript):
    """--build is what the built program calls (src/core/build_on_demand.h)."""

    def setUp(self):
        super().setUp()
        self.run_ok("demo")
        self.machine.forget_calls()
        self.stamps = self.machine.checkout / "build/release/stamps"

    def build(self, *targets, **environment):
        return self.machine.run("--build", "the checker of 12-transformer", *targets, **environment)

    def test_builds_the_targets_and_stamps_them_with_the_time_it_began(self):
        before = time.time()
        code, output, errors = self.build("12-transformer-checker", BUILD_SECONDS="1")
        self.assertEqual((code, output), (0, ""), errors)
        self.assertRegex(self.machine.calls("ninja")[0], r"-j \d+ 12-transformer-checker$")
        self.assertEqual(self.machine.calls(), self.machine.calls("ninja"))
        self.assertIn("build of the checker of 12-transformer: done in", errors)
        stamp = (self.stamps / "12-transformer-checker").stat().st_mtime
        self.assertLess(abs(stamp - before), 0.9)

    def test_a_failure_shows_the_compilers_lines_and_leaves_no_stamp(self):
        code, _, errors = self.build("12-transformer-checker", FAIL="12-transformer")
        self.assertEqual(code, 3)
        for words in ("build of the checker of 12-transformer failed", "fake failure of 12-transformer",
                      "whole log: ", "what to do: mend what the compiler names"):
            self.assertIn(words, errors)
        self.assertFalse((self.stamps / "12-transformer-checker").exists())

    def test_two_at_once_take_turns_and_the_second_says_so(self):
        ask = ["--build", "the checker of 12-transformer", "12-transformer-checker"]
        processes = [self.machine.start(*ask, BUILD_SECONDS="0.5") for _ in range(2)]
        texts = [process.communicate(timeout=60) for process in processes]
        self.assertEqual([process.returncode for process in processes], [0, 0], texts)
        self.assertNotIn("OVERLAP", self.machine.calls())
        self.assertIn("another start builds the checker of 12-transformer; waiting for it", texts[0][1] + texts[1][1])

    def test_it_leaves_what_a_start_looks_at_as_it_is(self):
        self.edit("src/a.cpp")
        self.assertEqual(self.build("12-transformer-checker")[0], 0)
        self.machine.forget_calls()
        self.run_ok("demo")
        self.assertRegex(self.machine.calls("ninja")[0], " spinlab$")

    def test_a_new_configuration_forgets_what_was_built(self):
        self.assertEqual(self.build("12-transformer-checker")[0], 0)
        self.run_ok("demo", CXX="g++")
        self.assertFalse(self.stamps.exists())


class ChoiceOfTorch(SpinlabScript):
    def first_pip_install(self, **environment):
        self.run_ok("demo", **environment)
        return self.pip_installs()[0]

    def test_the_cpu_index_where_it_answers(self):
        self.assertEqual(self.first_pip_install(CPU_INDEX_ANSWERS="1"),
                         "--no-deps --index-url https://download.pytorch.org/whl/cpu torch==2.13.0+cpu")

    def test_else_a_cpu_build_that_pip_sees(self):
        self.assertEqual(self.first_pip_install(), "--no-deps torch==2.13.0+cpu")

    def test_else_whatever_pip_sees(self):
        self.run_ok("demo", FAIL="torch==2.13.0+cpu")
        self.assertEqual(self.pip_installs()[1], "--no-deps torch==2.13.0")

    def test_what_pip_is_set_to_with_a_gpu(self):
        self.machine.fake("nvidia-smi", "echo GPU 0: NVIDIA")
        self.assertEqual(self.first_pip_install(CPU_INDEX_ANSWERS="1"), "--no-deps torch==2.13.0")

    def test_a_given_index(self):
        index = "https://example.org/whl"
        self.assertIn(f"--index-url {index} torch==2.13.0", self.first_pip_install(SPINLAB_TORCH_INDEX=index))

    def test_a_given_libtorch_is_used_and_remembered(self):
        torch = self.machine.torch("libtorch", "2.11.0")
        self.assertNotIn("torch", self.first_pip_install(SPINLAB_TORCH=str(torch)))
        self.assertIn(f"-DSPINLAB_TORCH={torch}", self.machine.calls("cmake")[0])
        self.machine.forget_calls()
        self.run_ok("demo")
        self.assertEqual(self.machine.calls(), [])
        self.run_ok("demo", SPINLAB_TORCH="")
        self.assertTrue(self.machine.calls("cmake")[0].endswith("-DSPINLAB_TORCH="))

    def test_a_given_python_environment_lends_its_packages(self):
        environment = self.machine.folder / "env"
        self.machine.torch("env/lib/python3.11/site-packages/torch", "2.12.1")
        (environment / "bin").mkdir()
        (environment / "bin/python").symlink_to(self.machine.tools / "python3")
        self.run_ok("demo", SPINLAB_TORCH=str(environment))
        lent = self.machine.checkout / ".spinlab/venv/lib/python3.11/site-packages/spinlab_torch.pth"
        self.assertEqual(lent.read_text(), "/elsewhere/site-packages\n")

    def test_other_versions_and_other_folders_are_refused_before_anything_is_installed(self):
        for version in "2.10.2", "2.9.0", "2.14.0", "3.0.0", "":
            torch = self.machine.torch(f"libtorch-{version}", version)
            code, _, errors = self.machine.run("demo", SPINLAB_TORCH=str(torch))
            self.assertEqual(code, 2, version)
            self.assertIn("Spinlab needs 2.11 to 2.13", errors)
        code, _, errors = self.machine.run("demo", SPINLAB_TORCH="/nonsense")
        self.assertEqual(code, 2)
        self.assertIn("SPINLAB_TORCH=/nonsense holds no LibTorch", errors)
        self.assertEqual(self.machine.calls(), [])


class Tests(SpinlabScript):
    def test_builds_them_and_runs_all_but_the_slow(self):
        output, _ = self.run_ok("test", "-R", "core")
        self.assertTrue(output.endswith("100% tests passed, 0 tests failed out of 7\n"))
        self.assertTrue(self.machine.calls("ninja")[0].endswith(" all tests"))
        self.assertTrue((self.machine.checkout / "build/release/stamps/all").exists())
        self.assertTrue(self.machine.calls("ctest")[0].endswith("-LE slow -R core"))

    def test_slow_ones_on_demand(self):
        self.run_ok("test", "--slow")
        self.assertNotIn("-LE", self.machine.calls("ctest")[0])


if __name__ == "__main__":
    unittest.main()
