"""What polynomial.h predicts, in PyTorch."""

import math
from itertools import combinations_with_replacement

import torch

from models.estimators.ridge import LinearValues


class Network(LinearValues):
    """Linear in all monomials of degree 1 to `degree`, in float64, or the class of the largest value."""

    def __init__(self, options, problem):
        inputs = math.prod(problem["input"])
        factors = [c for p in range(1, options["degree"] + 1) for c in combinations_with_replacement(range(inputs), p)]
        super().__init__(options, {**problem, "input": [len(factors)]})
        self.register_buffer("inputs", torch.zeros(1, dtype=torch.float64))
        self.factors = factors

    def forward(self, x):
        columns = x.flatten(1).T
        return super().forward(torch.stack([columns[list(c)].prod(0) for c in self.factors], 1))
