"""A machine for ./spinlab to set up in which every tool that installs or builds is a fake that writes down its call."""

import os
import pathlib
import shutil
import subprocess
import tempfile

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "spinlab"

# What the script may use of the real machine.
REAL = """awk bash cat chmod cp cut date dirname env find flock grep head ls mkdir mv nproc printf readlink realpath rm sed sleep
sort stat tail tee timeout touch tr""".split()

# Each fake appends its name and arguments to $CALLS and fails where $FAIL names its call.
FAKE_HEAD = """#!/bin/bash
echo "${0##*/} $*" >>"$CALLS"
if [[ -n $FAIL && "${0##*/} $*" == *"$FAIL"* ]]; then echo "fake failure of $FAIL"; exit 1; fi
"""

FAKES = {
    "id": "echo ${FAKE_UID:-0}",
    "dpkg-query": """for package in "${@:3}"; do
  [[ $INSTALLED != all ]] && ! grep -qsx "$package" "$CALLS.apt" || echo "$package installed"
done""",
    "dpkg": "",
    "apt-get": '[[ " $* " != *" install "* ]] || printf "%s\\n" "$@" >>"$CALLS.apt"',
    "clang++-19": "",
    "cmake": "mkdir -p build/release && touch build/release/build.ninja",
    "ninja": """[[ ! -e $CALLS.busy ]] || echo OVERLAP >>"$CALLS"
touch "$CALLS.busy"; sleep "${BUILD_SECONDS:-0}"; rm "$CALLS.busy"
mkdir -p build/release/bin
printf '#!/bin/bash\\necho "program in $PWD: $*"\\n' >build/release/bin/spinlab
chmod +x build/release/bin/spinlab""",
    "ctest": 'echo "100% tests passed, 0 tests failed out of 7"',
    "python3": """if [[ $1 == -m && $2 == venv ]]; then
  mkdir -p "$3/bin" "$3/lib/python3.11/site-packages" && cp "$0" "$3/bin/python"
elif [[ $1 == -c && $2 == *urlopen* ]]; then [[ -n $CPU_INDEX_ANSWERS ]]
elif [[ $1 == -c && $2 == *torch.__file__* ]]; then echo /elsewhere/site-packages
fi""",
}


class FakeMachine:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="spinlab-setup-"))
        self.tools = self.folder / "tools"
        self.checkout = self.folder / "checkout"
        self.calls_file = self.folder / "calls"
        self.tools.mkdir()
        for tool in REAL:
            (self.tools / tool).symlink_to(shutil.which(tool))
        for name, body in FAKES.items():
            self.fake(name, body)
        for folder in "cmake src datasets models experiments assignments benchmarks".split():
            (self.checkout / folder).mkdir(parents=True)
        for file in "CMakeLists.txt", "CMakePresets.json":
            (self.checkout / file).touch()
        shutil.copy(SCRIPT, self.checkout / "spinlab")

    def fake(self, name, body=""):
        (self.tools / name).write_text(FAKE_HEAD + body + "\n")
        (self.tools / name).chmod(0o755)

    def remove(self, name):
        (self.tools / name).unlink()

    def torch(self, where, version):
        """An unpacked LibTorch of a version."""
        for empty in "lib/libtorch.so", "include/torch/headeronly/version.h":
            file = self.folder / where / empty
            file.parent.mkdir(parents=True)
            file.touch()
        file.write_text(f'#define TORCH_VERSION \\\n  "{version}"\n')
        return self.folder / where

    def start(self, *arguments, cwd=None, **environment):
        return subprocess.Popen(
            [str(self.checkout / "spinlab"), *arguments], cwd=cwd or self.checkout, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={"PATH": str(self.tools), "HOME": str(self.folder), "CALLS": str(self.calls_file), "FAIL": "",
                 **environment})

    def run(self, *arguments, **options):
        """Runs ./spinlab; returns its exit code, standard output and standard error."""
        process = self.start(*arguments, **options)
        output, errors = process.communicate(timeout=60)
        return process.returncode, output, errors

    def calls(self, tool=""):
        """The calls of a fake since the last time that calls() was asked for any."""
        lines = self.calls_file.read_text().splitlines() if self.calls_file.exists() else []
        return [line for line in lines if line.startswith(tool)]

    def forget_calls(self):
        self.calls_file.unlink(missing_ok=True)

    def remove_all(self):
        shutil.rmtree(self.folder)
