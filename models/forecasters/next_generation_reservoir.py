"""The forecaster of next_generation.h in PyTorch, with the same names of its numbers."""

from itertools import combinations_with_replacement

import torch
from torch import nn


class Network(nn.Module):
    """The state that follows those heard, (n, T, d) to (n, d), normalised."""

    def __init__(self, options, problem):
        super().__init__()
        d, degree = problem["outputs"], options["degree"]
        self.delays, self.stride = options["delays"], options["stride"]
        numbers = range(self.delays * d)
        self.factors = [c for p in range(1, degree + 1) for c in combinations_with_replacement(numbers, p)]
        self.register_buffer("weights", torch.zeros(len(self.factors), d, dtype=torch.float64))
        self.register_buffer("intercept", torch.zeros(d, dtype=torch.float64))

    def forward(self, heard):
        columns = heard.flip(1)[:, :: self.stride][:, : self.delays].flatten(1).T
        products = torch.stack([columns[list(c)].prod(0) for c in self.factors], 1)
        return heard[:, -1] + products @ self.weights + self.intercept

    def forecast(self, heard, steps):
        """(n, steps, d): what was said last is heard next."""
        for _ in range(steps):
            heard = torch.cat((heard, self(heard)[:, None]), 1)
        return heard[:, -steps:]
