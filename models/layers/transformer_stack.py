"""The layer of transformer_stack.h in PyTorch, with the same names of parameters."""

import math

import torch
from torch import nn

from models.layers.sequence_norm import SequenceNorm
from models.layers.transformer_block import TransformerBlock


class TransformerStack(nn.Module):
    """Embedding, positions, blocks and, where blocks normalise what comes in, a norm."""

    def __init__(self, options, tokens, context, causal, decoder=False):
        super().__init__()
        width = options["width"]
        self.kind, self.layers = options["positions"], options["layers"]
        self.embedding = nn.Embedding(tokens, width)
        if self.kind == "learned":
            self.positions = nn.Parameter(torch.empty(context, width))
        elif self.kind == "sinusoidal":
            self.register_buffer("positions", torch.empty(context, width))
        for layer in range(self.layers):
            self.add_module(f"block{layer}", TransformerBlock(options, causal, decoder))
        self.norm = SequenceNorm(width, options["norm"], options["bias"]) if options["norm_place"] == "pre" else None

    def forward(self, tokens, memory=None):
        z = self.embedding(tokens)
        if self.kind == "sinusoidal":
            z = z * math.sqrt(z.size(2))
        if self.kind in ("learned", "sinusoidal"):
            z = z + self.positions[: tokens.size(1)]
        for layer in range(self.layers):
            z = getattr(self, f"block{layer}")(z, memory)
        return z if self.norm is None else self.norm(z)
