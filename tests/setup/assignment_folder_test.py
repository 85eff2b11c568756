"""What cmake/AssignmentFolder.cmake says of an assignment's folder that the build cannot use: one line each."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).parents[2] / "cmake/AssignmentFolder.cmake"
FILES = ["checks.cpp", "calls.h", "topic.h"]
DESCRIPTION = json.dumps({"prelude": "tensor", "header": "topic.h"})


class AssignmentFolder(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        for name in FILES:
            (self.folder / name).touch()

    def complaint(self, description):
        (self.folder / "assignment.json").write_text(description)
        caller = self.folder / "caller.cmake"
        caller.write_text(f'include("{SCRIPT}")\nspinlab_read_assignment("{self.folder}")\nmessage("${{prelude}} ${{header}}")\n')
        done = subprocess.run(["cmake", "-P", caller], capture_output=True, text=True)
        words = " ".join(done.stderr.split())
        self.assertEqual(done.returncode == 0, words == "tensor topic.h", words)
        return words

    def test_a_whole_folder(self):
        self.assertEqual(self.complaint(DESCRIPTION), "tensor topic.h")

    def test_a_file_is_missing(self):
        for name in FILES:
            (self.folder / name).unlink()
            self.assertIn(f"has no {name}, which an assignment needs: add it, or remove the folder", self.complaint(DESCRIPTION))
            (self.folder / name).touch()

    def test_a_description_that_cannot_be_read(self):
        self.assertIn('no "prelude" can be read', self.complaint("{"))
        self.assertIn('no "header" can be read', self.complaint('{"prelude": "tensor"}'))
        self.assertIn('"prelude" must be "tensor" or "nn", got "torch"', self.complaint(DESCRIPTION.replace("tensor", "torch")))


if __name__ == "__main__":
    sys.exit(unittest.main())
