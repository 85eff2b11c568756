"""The layer of group_convolution.h in PyTorch, with the same names of parameters."""

import torch
from torch import nn


def product(g, h):
    """The number of g h: 4 flips + quarter turns, the flip first."""
    turns = g % 4 + (h % 4 if g < 4 else -h % 4)
    return (g // 4 + h // 4) % 2 * 4 + turns % 4


def transform(x, g):
    """T_g x: (…, H, W) flipped left to right where g > 3, then turned g % 4 times."""
    return torch.rot90(x if g < 4 else x.flip(-1), g % 4, (-2, -1))


class GroupConvolution(nn.Module):
    """Cross-correlation with one set of filters in all positions that p4 or p4m gives them."""

    def __init__(self, in_channels, out_channels, kernel, group, lifting, padding):
        super().__init__()
        order = 4 if group == "p4" else 8
        inner = 1 if lifting else order
        self.kernel, self.padding = kernel, padding
        numbers = in_channels * inner * kernel**2
        self.weight = nn.Parameter(torch.randn(out_channels, numbers) * (2 / numbers) ** 0.5)
        filters = torch.arange(numbers).view(in_channels, inner, kernel, kernel)
        places = []
        for g in range(order):
            inverse = -g % 4 if g < 4 else g
            source = [0] if lifting else [product(inverse, u) for u in range(order)]
            places.append(transform(filters[:, source], g).flatten())
        self.register_buffer("places", torch.cat(places), persistent=False)

    def forward(self, x):
        order = self.places.numel() // self.weight.size(1)
        bank = self.weight[:, self.places].view(self.weight.size(0) * order, -1, self.kernel, self.kernel)
        edge = self.kernel // 2
        if self.padding == "zeros":
            return nn.functional.conv2d(x, bank, padding=edge)
        return nn.functional.conv2d(nn.functional.pad(x, (edge,) * 4, mode="circular"), bank)
