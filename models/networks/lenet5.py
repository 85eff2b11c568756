"""The network of lenet5.h in PyTorch, with the same names of parameters."""

from torch import nn

from models.layers.activation import ACTIVATIONS


class Network(nn.Module):
    """LeNet-5: (n, channels, 28, 28), padded to 32 × 32, or (n, channels, 32, 32) → (n, outputs)."""

    def __init__(self, options, problem):
        super().__init__()
        channels, height, _ = problem["input"]
        self.activation = ACTIVATIONS[options["activation"]]
        self.subsample = nn.functional.max_pool2d if options["pooling"] == "max" else nn.functional.avg_pool2d
        self.c1 = nn.Conv2d(channels, 6, 5, padding=(32 - height) // 2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(16 * 5 * 5, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, problem["outputs"])

    def forward(self, x):
        z = self.subsample(self.activation(self.c1(x)), 2)
        z = self.subsample(self.activation(self.c3(z)), 2)
        z = self.activation(self.c5(z.flatten(1)))
        return self.output(self.activation(self.f6(z)))
