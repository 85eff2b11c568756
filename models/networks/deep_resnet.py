"""The network of deep_resnet.h in PyTorch, with the same names of parameters."""

from torch import nn

from models.layers.channel_norm import ChannelNorm


class Network(nn.Module):
    """A convolution, three stages of residual blocks, the mean over the pixels, a linear map."""

    def __init__(self, options, problem):
        super().__init__()
        self.options = options
        count = (options["depth"] - (4 if options["shortcut"] == "projection" else 2)) // 6
        self.blocks = [f"stage{stage}_block{i}" for stage in range(3) for i in range(count)]
        self.entry = nn.Conv2d(problem["input"][0], 16, 3, padding=1, bias=False)
        channels = 16
        for number, name in enumerate(self.blocks):
            stage, first = number // count, number % count == 0
            width = (16 << stage) * options["widen"]
            self.add_block(name, channels, width, 2 if first and stage else 1)
            channels = width
        self.norm = self.make_norm(channels if options["preactivation"] else 16)
        self.dropout = nn.Dropout(options["dropout"])
        self.head = nn.Linear(channels, problem["outputs"])

    def make_norm(self, channels):
        return ChannelNorm(channels, self.options["norm"], self.options["groups"])

    def add_block(self, name, inside, outside, stride):
        before = self.options["preactivation"]
        self.add_module(f"{name}_norm1", self.make_norm(inside if before else outside))
        self.add_module(f"{name}_norm2", self.make_norm(outside))
        self.add_module(f"{name}_conv1", nn.Conv2d(inside, outside, 3, stride, padding=1, bias=False))
        self.add_module(f"{name}_conv2", nn.Conv2d(outside, outside, 3, padding=1, bias=False))
        if self.options["shortcut"] == "projection" and (inside != outside or stride != 1):
            self.add_module(f"{name}_projection", nn.Conv2d(inside, outside, 1, stride, bias=False))

    def shortcut(self, name, x):
        if hasattr(self, f"{name}_projection"):
            return getattr(self, f"{name}_projection")(x)
        conv = getattr(self, f"{name}_conv1")
        if conv.in_channels == conv.out_channels:
            return x
        stride = conv.stride[0]
        return nn.functional.pad(x[:, :, ::stride, ::stride], (0, 0, 0, 0, 0, conv.out_channels - x.size(1)))

    def block(self, name, x):
        part = lambda what: getattr(self, f"{name}_{what}")
        plain = self.options["shortcut"] == "none"
        if self.options["preactivation"]:
            entry = part("norm1")(x).relu()
            z = part("conv2")(self.dropout(part("norm2")(part("conv1")(entry)).relu()))
            source = entry if hasattr(self, f"{name}_projection") else x
            return z if plain else z + self.shortcut(name, source)
        z = part("norm1")(part("conv1")(x)).relu()
        z = part("norm2")(part("conv2")(self.dropout(z)))
        return (z if plain else z + self.shortcut(name, x)).relu()

    def forward(self, x):
        before = self.options["preactivation"]
        z = self.entry(x)
        z = z if before else self.norm(z).relu()
        for name in self.blocks:
            z = self.block(name, z)
        z = self.norm(z).relu() if before else z
        return self.head(z.mean((2, 3)))
