"""The network of bigram.h in PyTorch, with the same names of parameters."""

import torch
from torch import nn


class Network(nn.Module):
    """Logits of the next token: a row of a table for each last one."""

    def __init__(self, options, problem):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(problem["outputs"], problem["outputs"]))

    def forward(self, tokens):
        return nn.functional.embedding(tokens, self.weight)
