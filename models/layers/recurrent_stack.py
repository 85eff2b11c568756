"""The layers of recurrent_stack.h in PyTorch, with the same names of parameters."""

import torch
from torch import nn


class RecurrentStack(nn.Module):
    """Steps first: (T, n, inputs) to (T, n, hidden), and the state as LibTorch has it, (numbers, layers, n, hidden)."""

    def __init__(self, options, inputs):
        super().__init__()
        cell, hidden, count = options["cell"], options["hidden"], options["layers"]
        self.numbers = 2 if cell == "lstm" else 1
        if cell in ("lstm", "gru"):
            self.layers = getattr(nn, cell.upper())(inputs, hidden, count)
        else:
            self.layers = nn.RNN(inputs, hidden, count, nonlinearity=cell)

    def forward(self, x, state=None):
        if self.numbers == 1:
            y, after = self.layers(x, None if state is None else state[0])
            return y, after.unsqueeze(0)
        y, after = self.layers(x, None if state is None else (state[0], state[1]))
        return y, torch.stack(after)
