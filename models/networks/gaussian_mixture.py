"""The density of gaussian_mixture.h in PyTorch, with the same names of parameters."""

import math

import torch
from torch import nn


class Network(nn.Module):
    """log p(x) of a mixture of Gaussians, in nats."""

    is_log_density = True

    def __init__(self, options, problem):
        super().__init__()
        components, self.dimensions = options["components"], math.prod(problem["input"])
        self.logits = nn.Parameter(torch.zeros(components))
        self.means = nn.Parameter(torch.zeros(components, self.dimensions))
        self.factors = nn.Parameter(torch.zeros(components, self.dimensions, self.dimensions))

    def forward(self, x):
        log_diagonal = self.factors.diagonal(0, 1, 2)
        factors = self.factors.tril(-1) + torch.diag_embed(log_diagonal.exp())
        away = x.flatten(1).unsqueeze(1) - self.means
        white = (away.unsqueeze(2) @ factors).squeeze(2)
        energy = white.square().sum(2) / 2 - log_diagonal.sum(1)
        return (self.logits.log_softmax(0) - energy).logsumexp(1) - self.dimensions / 2 * math.log(2 * math.pi)
