"""The layer of conv_norm.h in PyTorch, with the same names of parameters."""

from torch import nn


class ConvNorm(nn.Module):
    """A 3 × 3 convolution, 2 × 2 max-pooling where asked for, batch normalisation, ReLU."""

    def __init__(self, in_channels, out_channels, pool=False):
        super().__init__()
        self.pool = pool
        self.conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        z = self.conv(x)
        if self.pool:
            z = nn.functional.max_pool2d(z, 2)
        return self.norm(z).relu()
