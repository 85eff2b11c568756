"""The network of airbench.h in PyTorch, with the same names of parameters."""

from torch import nn

from models.layers.conv_norm import ConvNorm


class Network(nn.Module):
    """Whitening filters, blocks of two convolutions, the maximum over the pixels, a linear map."""

    def __init__(self, options, problem):
        super().__init__()
        self.scale, self.blocks = options["scale"], len(options["widths"])
        self.whitening = nn.Conv2d(problem["input"][0], options["filters"], 2)
        self.whitening.weight.requires_grad = False
        channels = options["filters"]
        for block, width in enumerate(options["widths"]):
            for name, pool in (("first", True), ("second", False)):
                layer = ConvNorm(channels, width, pool=pool, activation="gelu", eps=1e-12)
                layer.norm.weight.requires_grad = False
                self.add_module(f"block{block}_{name}", layer)
                channels = width
        self.head = nn.Linear(channels, problem["outputs"], bias=False)

    def forward(self, x):
        z = nn.functional.gelu(self.whitening(x))
        for block in range(self.blocks):
            z = getattr(self, f"block{block}_first")(z)
            z = getattr(self, f"block{block}_second")(z)
        return self.head(z.amax((2, 3))) * self.scale
