"""The network of equivariant_cnn.h in PyTorch, with the same names of parameters and buffers."""

import torch
from torch import nn

from models.layers.channel_norm import ChannelNorm
from models.layers.group_convolution import GroupConvolution


class Network(nn.Module):
    """Stages of group convolutions, invariant means, a linear map; mirror images of classes by a sign."""

    def __init__(self, options, problem):
        super().__init__()
        self.order = 4 if options["group"] == "p4" else 8
        self.layers = []
        channels = problem["input"][0]
        for stage, (width, count) in enumerate(zip(options["widths"], options["layers"])):
            for number in range(count):
                name = f"stage{stage}_layer{number}"
                convolution = GroupConvolution(channels, width, options["kernel"], options["group"],
                                               not self.layers, options["padding"])
                self.add_module(f"{name}_conv", convolution)
                self.add_module(f"{name}_norm", ChannelNorm(width, "batch", 1))
                self.layers.append((name, number == 0 and stage > 0))
                channels = width
        self.dropout = nn.Dropout(options["dropout"])
        self.head = nn.Linear(channels, problem["outputs"])
        mirrored = problem.get("mirrored", [])
        pairs = [(k, image) for k, image in enumerate(mirrored) if k < image] if self.order == 8 else []
        self.handed = bool(pairs)
        if pairs:
            self.handedness = nn.Linear(channels, len(pairs), bias=False)
            signs = torch.zeros(len(pairs), problem["outputs"])
            for number, (first, second) in enumerate(pairs):
                signs[number, first], signs[number, second] = 1, -1
            self.register_buffer("signs", signs)
            self.register_buffer("mirrored", torch.tensor(mirrored), persistent=False)

    def forward(self, x):
        z = x
        for name, begins_stage in self.layers:
            z = nn.functional.avg_pool2d(z, 2) if begins_stage else z
            z = getattr(self, f"{name}_conv")(z)
            maps = z.reshape(z.size(0), -1, self.order * z.size(2), z.size(3))
            z = getattr(self, f"{name}_norm")(maps).relu().reshape(z.shape)
        means = self.dropout(z.mean((2, 3)).view(z.size(0), -1, self.order))
        logits = self.head(means.mean(2))
        if not self.handed:
            return logits
        half = self.order // 2
        odd = means[:, :, :half].mean(2) - means[:, :, half:].mean(2)
        return (logits + logits[:, self.mirrored]) / 2 + self.handedness(odd).mm(self.signs)
