"""What no source may say, since it compiles and does something else."""

import pathlib
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROOMS = ("assignments", "benchmarks", "datasets", "experiments", "models", "src", "tests")


class Sources(unittest.TestCase):
    def test_no_loop_believes_to_run_on_all_cores(self):
        """at::parallel_for is on_all_cores (src/core/on_all_cores.h) only in what is compiled for LibTorch's OpenMP."""
        for room in ROOMS:
            for file in (ROOT / room).rglob("*.cpp"):
                self.assertNotIn("at::parallel_" + "for(", file.read_text(), file)


if __name__ == "__main__":
    unittest.main()
