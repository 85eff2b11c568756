"""The network of vector_to_sequence.h in PyTorch, with the same names of parameters."""

import math

import torch
from torch import nn

from models.layers.recurrent_stack import RecurrentStack


class Network(nn.Module):
    """Values step by step; each step reads what the last one wrote."""

    def __init__(self, options, problem):
        super().__init__()
        self.numbers, hidden = options["numbers_a_step"], options["hidden"]
        self.steps = problem["outputs"] // self.numbers
        self.stack = RecurrentStack(options, self.numbers)
        self.shape = (self.stack.numbers, options["layers"], hidden)
        self.start = nn.Linear(math.prod(problem["input"]), math.prod(self.shape))
        self.output = nn.Linear(hidden, self.numbers)

    def forward(self, x):
        state = self.start(x.flatten(1)).view(len(x), *self.shape).permute(1, 2, 0, 3).contiguous()
        written, all_written = x.new_zeros(len(x), self.numbers), []
        for _ in range(self.steps):
            y, state = self.stack(written.unsqueeze(0), state)
            written = self.output(y[0])
            all_written.append(written)
        return torch.cat(all_written, 1)
