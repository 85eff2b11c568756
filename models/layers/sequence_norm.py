"""The layer of sequence_norm.h in PyTorch, with the same names of parameters."""

import torch
from torch import nn


class SequenceNorm(nn.Module):
    """Layer norm or RMS norm of each place."""

    def __init__(self, width, kind, bias):
        super().__init__()
        self.kind = kind
        self.weight = nn.Parameter(torch.ones(width))
        self.register_parameter("bias", nn.Parameter(torch.zeros(width)) if bias and kind == "layer" else None)

    def forward(self, x):
        if self.kind == "rms":
            return nn.functional.rms_norm(x, self.weight.shape, self.weight, 1e-5)
        return nn.functional.layer_norm(x, self.weight.shape, self.weight, self.bias, 1e-5)
