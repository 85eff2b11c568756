"""The layer of conv_norm.h in PyTorch, with the same names of parameters."""

from torch import nn

from models.layers.activation import ACTIVATIONS


class ConvNorm(nn.Module):
    """A 3 × 3 convolution, 2 × 2 max-pooling where asked for, batch normalisation, an activation."""

    def __init__(self, in_channels, out_channels, pool=False, activation="relu", eps=1e-5):
        super().__init__()
        self.pool, self.activation = pool, ACTIVATIONS[activation]
        self.conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(out_channels, eps=eps)

    def forward(self, x):
        z = self.conv(x)
        if self.pool:
            z = nn.functional.max_pool2d(z, 2)
        return self.activation(self.norm(z))
