"""Fails unless the exported model.py gives what C++ gave: check_predictions.py FOLDER CASE

FOLDER is what `spinlab export --format python` wrote, CASE a safetensors file of "inputs", "expected", and "tolerance", which is
relative to the deviation of what was expected.
"""

import importlib.util
import pathlib
import sys

import torch

# The folder has to do alone, without the sources that its model.py was made of.
sys.path = [place for place in sys.path if not (pathlib.Path(place) / "models").exists()]

folder, case = sys.argv[1:]
spec = importlib.util.spec_from_file_location("model", pathlib.Path(folder) / "model.py")
model = importlib.util.module_from_spec(spec)
spec.loader.exec_module(model)

case, _ = model.read_safetensors(case)
expected = case["expected"]
predicted = model.predict(case["inputs"])
assert predicted.shape == expected.shape, (predicted.shape, expected.shape)
assert predicted.dtype == expected.dtype, (predicted.dtype, expected.dtype)
if expected.is_floating_point():
    away = ((predicted - expected).abs().max() / expected.std()).item()
    assert away <= case["tolerance"].item(), f"{away} deviations away"
else:
    assert torch.equal(predicted, expected), (predicted, expected)
model.main([])
