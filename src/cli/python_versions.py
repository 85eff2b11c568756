"""Writes the versions of this Python and the packages that Spinlab uses to a JSON file (null where one is missing)."""

import importlib.metadata
import json
import platform
import sys


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


versions = {"python": platform.python_version(), **{p: version(p) for p in ("copydetect", "matplotlib", "numpy", "torch")}}
with open(sys.argv[1], "w") as file:
    json.dump(versions, file)
