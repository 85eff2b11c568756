"""What ridge.h predicts, in PyTorch."""

import math

import torch
from torch import nn


class LinearValues(nn.Module):
    """W x + b of the flattened input in float64, or the class of its largest."""

    def __init__(self, options, problem):
        super().__init__()
        self.register_buffer("weights", torch.zeros(math.prod(problem["input"]), problem["outputs"], dtype=torch.float64))
        self.register_buffer("intercept", torch.zeros(problem["outputs"], dtype=torch.float64))
        self.register_buffer("kind", torch.zeros(2, dtype=torch.float64))  # classes or not, one column or several

    def forward(self, x):
        values = torch.addmm(self.intercept, x.flatten(1), self.weights)
        classes, column = self.kind
        if classes:
            return values.argmax(1)
        return values.squeeze(1) if column else values


Network = LinearValues
