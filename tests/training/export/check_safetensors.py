"""Fails unless the file that safetensors_test.cpp wrote is what the format says: check_safetensors.py FILE

Written from https://github.com/huggingface/safetensors ("Format"), knowing nothing of the C++. Where the package safetensors is
there, it must read the same.
"""

import json
import struct
import sys

SIZES = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}


def no_twice(pairs):
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names), names
    return dict(pairs)


def read(file):
    with open(file, "rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        text, data = stream.read(length), stream.read()
    assert text.startswith(b"{") and length % 8 == 0 and length < 100_000_000
    header = json.loads(text, object_pairs_hook=no_twice)
    metadata = header.pop("__metadata__", {})
    assert all(isinstance(value, str) for value in metadata.values())
    filled, tensors = 0, {}
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        size = SIZES[entry["dtype"]]
        count = 1
        for extent in entry["shape"]:
            count *= extent
        assert begin == filled and end - begin == count * size, (name, entry)
        assert begin % size == 0, (name, entry)
        tensors[name], filled = (entry["dtype"], entry["shape"], data[begin:end]), end
    assert filled == len(data)
    return tensors, metadata


tensors, metadata = read(sys.argv[1])
assert metadata == {"made by": "C++ ü"}, metadata
assert tensors["f32"][:2] == ("F32", [3, 1, 2]), tensors["f32"]
assert tensors["f32"][2] == struct.pack("<6f", *(i / 3 for i in range(6)))
assert tensors["transposed"][:2] == ("F64", [3, 2])
assert tensors["transposed"][2] == struct.pack("<6d", 0, 3, 1, 4, 2, 5)
assert tensors["bool"] == ("BOOL", [3], b"\1\0\1")
assert tensors["i64"] == ("I64", [], struct.pack("<q", -(2**62)))
assert tensors["bf16"] == ("BF16", [1], b"\xc0\x3f")
assert tensors["none"] == ("F32", [0, 3], b"")
assert len(tensors) == 6

try:
    import safetensors.torch
    import torch
except ImportError:
    sys.exit()
theirs = safetensors.torch.load_file(sys.argv[1])
for name, (_, shape, numbers) in tensors.items():
    assert list(theirs[name].shape) == shape, name
    assert bytes(theirs[name].flatten().view(torch.uint8).tolist()) == numbers, name
