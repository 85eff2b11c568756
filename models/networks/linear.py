"""The network of linear.h in PyTorch, with the same names of parameters."""

import math

from torch import nn


class Network(nn.Module):
    """y = W x + b of the flattened input."""

    def __init__(self, options, problem):
        super().__init__()
        self.map = nn.Linear(math.prod(problem["input"]), problem["outputs"])

    def forward(self, x):
        return self.map(x.flatten(1))
