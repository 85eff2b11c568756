"""The network of denoising_mlp.h in PyTorch, with the same names of parameters."""

import math

import torch
from torch import nn

from models.layers.activation import ACTIVATIONS


class Layers(nn.Module):
    def __init__(self, widths, activation):
        super().__init__()
        self.activation = activation
        for number, (width, following) in enumerate(zip(widths, widths[1:])):
            self.add_module(f"layer{number}", nn.Linear(width, following))

    def forward(self, z):
        first, *layers = self.children()
        z = first(z)
        for layer in layers:
            z = layer(self.activation(z))
        return z


class Network(nn.Module):
    """The noise in x at the levels t of each row, between 0 (none) and 1 (noise alone)."""

    def __init__(self, options, problem):
        super().__init__()
        self.frequencies, numbers = options["frequencies"], math.prod(problem["input"])
        widths = [numbers + 1 + 2 * self.frequencies, *options["hidden"], numbers]
        self.mlp = Layers(widths, ACTIVATIONS[options["activation"]])

    def forward(self, x, t):
        t = t.to(x).unsqueeze(1)
        phases = t * (math.pi * 2 ** torch.arange(self.frequencies).to(x))
        return self.mlp(torch.cat([x.flatten(1), t, phases.sin(), phases.cos()], 1)).reshape(x.shape)

    def other_inputs(self, x):
        return [torch.full(x.shape[:1], 0.5)]
