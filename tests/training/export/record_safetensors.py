"""Records what the package safetensors writes, for safetensors_test.cpp: record_safetensors.py > recorded_safetensors.json

Needs that package, which the project doesn't: pip install --target DIR safetensors, then PYTHONPATH=DIR.
"""

import json

import safetensors
import safetensors.torch
import torch

TENSORS = {
    "f64": torch.tensor([[0.1, -2.0, 3e300], [0.0, float("inf"), -0.0]], dtype=torch.float64),
    "f32": torch.arange(6, dtype=torch.float32).reshape(3, 1, 2) / 3,
    "f16": torch.tensor([1.5, -0.25], dtype=torch.float16),
    "bf16": torch.tensor([1.5, -256.0, 3.0], dtype=torch.bfloat16),
    "i64": torch.tensor(-(2**62)),
    "i32": torch.tensor([7, -7], dtype=torch.int32),
    "i16": torch.tensor([300], dtype=torch.int16),
    "i8": torch.tensor([-1, 1, -128], dtype=torch.int8),
    "u8": torch.tensor([255], dtype=torch.uint8),
    "bool": torch.tensor([True, False, True]),
    "none": torch.zeros(0, 3),
}

written = safetensors.torch.save(TENSORS, {"made by": "Python \"safetensors\" ü"})
print(json.dumps({"package": f"safetensors {safetensors.__version__}", "hex": written.hex()}, indent=1))
