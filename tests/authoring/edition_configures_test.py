"""A student edition is a tree that CMake configures: edition_configures_test.py SPINLAB CMAKE TORCH COMPILER."""

import os
import pathlib
import subprocess
import sys
import tempfile


def main(spinlab, cmake, torch, compiler):
    with tempfile.TemporaryDirectory(prefix="spinlab-edition-") as folder:
        edition = pathlib.Path(folder) / "edition"
        subprocess.run([spinlab, "handout", "--all", "--out", str(edition)], check=True, stdout=subprocess.DEVNULL)
        configure = [cmake, "--preset", "release", f"-DCMAKE_CXX_COMPILER={compiler}"]
        return subprocess.run(configure, cwd=edition, env={**os.environ, "SPINLAB_TORCH": torch}).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
