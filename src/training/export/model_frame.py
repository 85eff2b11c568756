"""A model that Spinlab trained, in plain PyTorch: inputs as they are in the data set to predictions in its units.

    import model
    predictions = model.predict(inputs)
    answers = model.answer(sequences, length)  # of an encoder and decoder
    following = model.forecast(heard, steps)   # of a forecaster of trajectories

    python model.py inputs.npy      # or .pt; without a file, one example of zeros

The weights and what belongs to them lie beside this file, in model.safetensors. It needs PyTorch and nothing else.
"""

import functools
import json
import math
import pathlib
import struct
import sys

import torch
from torch import nn

# What of the file's metadata is JSON.
STRUCTURED = ("model", "problem", "metrics", "classes", "normalization", "target")
WEIGHTS = pathlib.Path(__file__).resolve().with_name("model.safetensors")


# NETWORK


DTYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
          "I64": torch.int64, "I32": torch.int32, "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8,
          "BOOL": torch.bool}


def read_safetensors(file):
    """Tensors by name, and texts by name: 8 bytes say how long the JSON header is, behind it are the numbers."""
    content = pathlib.Path(file).read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header, data = json.loads(content[8 : 8 + length]), content[8 + length :]
    texts = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        numbers = bytearray(data[begin:end])
        dtype = DTYPES[entry["dtype"]]
        flat = torch.frombuffer(numbers, dtype=dtype) if numbers else torch.empty(0, dtype=dtype)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors, texts


class Predictor:
    """The network with its weights, and what lies before and behind it. `about`: what the file says of itself."""

    def __init__(self, file=WEIGHTS):
        tensors, texts = read_safetensors(file)
        self.about = {name: json.loads(text) if name in STRUCTURED else text for name, text in texts.items()}
        floating = (tensor.dtype for tensor in tensors.values() if tensor.is_floating_point())
        self.dtype = functools.reduce(torch.promote_types, floating)
        self.network = Network(self.about["model"], self.about["problem"]).to(self.dtype).eval()
        self.network.load_state_dict(tensors)

    def normalised(self, raw):
        """(x - mean) / deviation, rounded last where x is float64; tokens stay as they are."""
        if "normalization" not in self.about:
            return raw.to(self.dtype) if raw.is_floating_point() else raw
        mean, deviation = self.statistics("normalization")
        exact = torch.float64 if raw.dtype == torch.float64 else self.dtype
        return (raw.to(exact) * (1 / deviation).to(exact) + (-mean / deviation).to(exact)).to(self.dtype)

    def in_units_of_the_data(self, outputs):
        if getattr(self.network, "is_log_density", False) and "normalization" in self.about:
            _, deviation = self.statistics("normalization")
            return outputs.double() - deviation.log().expand(self.about["problem"]["input"]).sum()
        if "target" not in self.about:
            return outputs
        mean, deviation = self.statistics("target")
        return outputs.double() * deviation + mean

    def statistics(self, name):
        shape = self.about[name]["shape"]
        numbers = (torch.tensor(self.about[name][key], dtype=torch.float64) for key in ("mean", "deviation"))
        return [each.reshape(shape) for each in numbers]

    @torch.inference_mode()
    def __call__(self, raw, *others):
        raw = torch.as_tensor(raw)
        rows = 1000  # at a time
        outputs = [self.network(self.normalised(some), *more)
                   for some, *more in zip(*(torch.as_tensor(x).split(rows) for x in (raw, *others)))]
        return self.in_units_of_the_data(torch.cat(outputs))

    def answer(self, source, length):
        """Token by token the most probable one [Sutskever, Vinyals and Le, arXiv:1409.3215]."""
        if not hasattr(self.network, "other_inputs"):
            raise TypeError(f"a network of {self.about['model']['name']} has no answers; ask predict")
        source = torch.as_tensor(source)
        (begun,) = self.network.other_inputs(source)
        for _ in range(length):
            begun = torch.cat((begun, self(source, begun)[:, -1:].argmax(2)), 1)
        return begun[:, 1:]

    @torch.inference_mode()
    def forecast(self, heard, steps):
        if not hasattr(self.network, "forecast"):
            raise TypeError(f"{self.about['model']['name']} forecasts no trajectories; ask predict")
        return self.in_units_of_the_data(self.network.forecast(self.normalised(torch.as_tensor(heard)), steps))


@functools.cache
def predictor():
    return Predictor()


def predict(raw, *others):
    """raw: (n, …) as in the data set, images of bytes as bytes; others: what Network.forward takes besides. What the network
    says, in the units of the data set."""
    return predictor()(raw, *others)


def answer(source, length):
    """source: (n, S) tokens. The answers (n, length) of a network of sequences and their answers, by greedy decoding."""
    return predictor().answer(source, length)


def forecast(heard, steps):
    """heard: (n, T, d) states as in the data set. The states (n, steps, d) that follow, each from those before it."""
    return predictor().forecast(heard, steps)


def read_inputs(file):
    if not file.endswith(".npy"):
        return torch.load(file, weights_only=True)
    import numpy

    return torch.from_numpy(numpy.load(file))


def main(files):
    about = predictor().about
    print(f"{about['recipe']}: weights {about['weights']}")
    for name, value in about.get("metrics", {}).items():
        print(f"{name}  {value}")
    dtype = torch.float32 if "normalization" in about else torch.int64  # tokens
    example = torch.zeros(1, *about["problem"]["input"], dtype=dtype)
    others = getattr(predictor().network, "other_inputs", lambda inputs: [])
    for inputs in map(read_inputs, files) if files else [example]:
        print(predict(inputs, *others(inputs)))


if __name__ == "__main__":
    main(sys.argv[1:])
