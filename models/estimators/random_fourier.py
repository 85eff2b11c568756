"""What random_fourier.h predicts, in PyTorch."""

import math

import torch

from models.estimators.ridge import LinearValues


class Network(LinearValues):
    """W φ(x) + b, φ(x) = √(2/D) (cos ωx, sin ωx), in float64, or the class of its largest."""

    def __init__(self, options, problem):
        super().__init__(options, {**problem, "input": [options["features"]]})
        pairs, inputs = options["features"] // 2, math.prod(problem["input"])
        self.register_buffer("frequencies", torch.zeros(pairs, inputs, dtype=torch.float64))

    def forward(self, x):
        phase = x.flatten(1) @ self.frequencies.T
        return super().forward(torch.cat([phase.cos(), phase.sin()], 1) / math.sqrt(len(self.frequencies)))
