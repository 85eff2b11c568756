"""The network of resnet.h in PyTorch, with the same names of parameters."""

from torch import nn

from models.layers.conv_norm import ConvNorm


class Network(nn.Module):
    """Whitening filters, stages with a residual branch x + f(x), the maximum over the pixels, a linear map."""

    def __init__(self, options, problem):
        super().__init__()
        self.branches, self.scale = options["branches"], options["scale"]
        self.whitening = nn.Conv2d(problem["input"][0], options["filters"], 2)
        self.whitening.weight.requires_grad = False
        channels = options["filters"]
        for stage, (width, branch) in enumerate(zip(options["widths"], self.branches)):
            self.add_module(f"stage{stage}_down", ConvNorm(channels, width, pool=True))
            for number in range(branch):
                self.add_module(f"stage{stage}_branch{number}", ConvNorm(width, width))
            channels = width
        self.head = nn.Linear(channels, problem["outputs"], bias=False)

    def forward(self, x):
        z = self.whitening(x).relu()
        for stage, branch in enumerate(self.branches):
            entry = z = getattr(self, f"stage{stage}_down")(z)
            for number in range(branch):
                z = getattr(self, f"stage{stage}_branch{number}")(z)
            z = entry + z if branch else entry
        return self.head(z.amax((2, 3))) * self.scale
