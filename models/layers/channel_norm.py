"""The layer of channel_norm.h in PyTorch, with the same names of parameters."""

from torch import nn


class ChannelNorm(nn.Module):
    """Batch, layer or group normalisation of (n, channels, H, W)."""

    def __init__(self, channels, kind, groups):
        super().__init__()
        groups = 1 if kind == "layer" else groups
        self.norm = nn.BatchNorm2d(channels) if kind == "batch" else nn.GroupNorm(groups, channels)

    def forward(self, x):
        return self.norm(x)
