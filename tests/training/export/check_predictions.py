"""Fails unless each exported model.py gives what C++ gave: check_predictions.py FOLDER...

A FOLDER is what `spinlab export --format python` wrote, with a file case.safetensors beside it of "inputs", "expected",
"other0", … for a network that takes more, "answers" of greedy decoding for one that has some, and "tolerance", which is relative to the deviation of what was expected.
"""

import contextlib
import importlib.util
import io
import pathlib
import sys

import torch

# The folder has to do alone, without the sources that its model.py was made of.
sys.path = [place for place in sys.path if not (pathlib.Path(place) / "models").exists()]


def load(folder):
    spec = importlib.util.spec_from_file_location("model", folder / "model.py")
    model = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(model)
    return model


def expect_no_answers(model, inputs, others):
    if others:
        return
    try:
        model.answer(inputs, 2)
    except TypeError as error:
        assert "ask predict" in str(error), error
    else:
        raise AssertionError("an answer of a network that has none")


def check(folder):
    model = load(folder)
    case, _ = model.read_safetensors(folder / "case.safetensors")
    others = [case[name] for name in sorted(case) if name.startswith("other")]
    predicted, expected = model.predict(case["inputs"], *others), case["expected"]
    for which in ("shape", "dtype"):
        ours, theirs = getattr(predicted, which), getattr(expected, which)
        assert ours == theirs, f"{folder.name}: {which} {ours}, expected {theirs}"
    if expected.is_floating_point():
        away = ((predicted - expected).abs().max() / expected.std()).item()
        assert away <= case["tolerance"].item(), f"{folder.name}: {away} deviations away"
    else:
        assert torch.equal(predicted, expected), f"{folder.name}: {predicted}, expected {expected}"
    if "forecast" in case:
        said, right = model.forecast(case["inputs"], case["forecast"].size(1)), case["forecast"]
        away = ((said - right).abs().max() / right.std()).item()
        assert said.shape == right.shape and away <= case["tolerance"].item(), f"{folder.name}: {away} deviations away"
    if "answers" in case:
        answers = model.answer(case["inputs"], case["answers"].size(1))
        assert torch.equal(answers, case["answers"]), f"{folder.name}: {answers}, expected {case['answers']}"
    else:
        expect_no_answers(model, case["inputs"], others)
    with contextlib.redirect_stdout(io.StringIO()) as told:
        model.main([])
    assert told.getvalue().startswith("toy: weights "), told.getvalue()


for argument in sys.argv[1:]:
    check(pathlib.Path(argument))
