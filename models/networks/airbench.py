"""The network of airbench.h in PyTorch, with the same names of parameters."""

from torch import nn

from models.layers.conv_norm import ConvNorm


class Network(nn.Module):
    """Whitening filters, blocks of two convolutions, the maximum over the pixels, a linear map."""

    def __init__(self, options, problem):
        super().__init__()
        self.scale = options["scale"]
        self.whitening = nn.Conv2d(problem["input"][0], options["filters"], 2)
        self.whitening.weight.requires_grad = False
        self.layers = []
        channels = options["filters"]
        for block, width in enumerate(options["widths"]):
            for name, pool in (("first", True), ("second", False)):
                layer = ConvNorm(channels, width, pool=pool, activation="gelu", eps=1e-12)
                layer.norm.weight.requires_grad = False
                self.add_module(f"block{block}_{name}", layer)
                self.layers.append(f"block{block}_{name}")
                channels = width
        self.head = nn.Linear(channels, problem["outputs"], bias=False)

    def forward(self, x):
        z = nn.functional.gelu(self.whitening(x))
        for name in self.layers:
            z = getattr(self, name)(z)
        return self.head(z.amax((2, 3))) * self.scale
