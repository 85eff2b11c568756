"""The layer of multi_head_attention.h in PyTorch, with the same names of parameters."""

import math

import torch
from torch import nn


def rotated(x):
    """Pairs of numbers turned by t · 10000^(-2i/d) at place t."""
    length, width = x.shape[-2:]
    turns = 10000.0 ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
    angles = torch.outer(torch.arange(length, dtype=torch.float64), turns)
    cosine, sine = angles.cos().to(x), angles.sin().to(x)
    a, b = x.unflatten(-1, (width // 2, 2)).unbind(-1)
    return torch.stack((a * cosine - b * sine, a * sine + b * cosine), -1).flatten(-2)


class MultiHeadAttention(nn.Module):
    """softmax(Q Kᵀ/√d) V in several heads; memory: what is attended to, where it is not x itself."""

    def __init__(self, width, heads, groups, bias, causal=False, rotary=False):
        super().__init__()
        self.size, self.shared = width // heads, heads // groups
        self.causal, self.rotary = causal, rotary
        self.query = nn.Linear(width, width, bias)
        self.key_value = nn.Linear(width, 2 * groups * self.size, bias)
        self.out = nn.Linear(width, width, bias)

    def in_heads(self, x):
        return x.unflatten(2, (-1, self.size)).transpose(1, 2)

    def forward(self, x, memory=None):
        q = self.in_heads(self.query(x))
        k, v = (self.in_heads(part) for part in self.key_value(x if memory is None else memory).chunk(2, 2))
        if self.rotary:
            q, k = rotated(q), rotated(k)
        k, v = (part.repeat_interleave(self.shared, 1) for part in (k, v))
        scores = q @ k.transpose(2, 3) / math.sqrt(self.size)
        if self.causal:
            later = torch.ones(scores.shape[2:], dtype=torch.bool, device=x.device).triu(1)
            scores = scores.masked_fill(later, -math.inf)
        return self.out((scores.softmax(3) @ v).transpose(1, 2).flatten(2))
