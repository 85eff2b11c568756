"""The layer of token_head.h in PyTorch, with the same names of parameters."""

import torch
from torch import nn


class TokenHead(nn.Module):
    """Vectors to logits, by the embedding's matrix or one of its own."""

    def __init__(self, options, tokens):
        super().__init__()
        self.tokens = tokens
        own = None if options["tied"] else nn.Parameter(torch.empty(tokens, options["width"]))
        self.register_parameter("weight", own)

    def forward(self, z, embedding):
        return z @ (embedding[: self.tokens] if self.weight is None else self.weight).t()
