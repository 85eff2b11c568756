"""The network of mlp.h in PyTorch, with the same names of parameters."""

import math

from torch import nn

from models.layers.activation import ACTIVATIONS


class Network(nn.Module):
    """z_l = W_l φ(z_{l-1}) + b_l, the output layer linear."""

    def __init__(self, options, problem):
        super().__init__()
        self.activation = ACTIVATIONS[options["activation"]]
        self.dropout = options["dropout"]
        widths = [math.prod(problem["input"]), *options["hidden"], problem["outputs"]]
        for number, (width, following) in enumerate(zip(widths, widths[1:])):
            self.add_module(f"layer{number}", nn.Linear(width, following))

    def forward(self, x):
        first, *layers = self.children()
        z = first(x.flatten(1))
        for layer in layers:
            z = layer(nn.functional.dropout(self.activation(z), self.dropout, self.training))
        return z
