"""Prints the values that resnet_test.cpp holds models/networks/resnet.cpp against: the same network from PyTorch's own layers.

    .spinlab/venv/bin/python tests/models/record_resnet.py
"""

import torch
from torch import nn
from torch.nn import functional as F


def conv_norm(channels, width):
    return nn.ModuleDict({"conv": nn.Conv2d(channels, width, 3, padding=1, bias=False), "norm": nn.BatchNorm2d(width)})


class ResNet(nn.Module):
    def __init__(self, filters, widths, branches, outputs, scale):
        super().__init__()
        self.branches, self.scale = branches, scale
        self.whitening = nn.Conv2d(3, filters, 2)
        for stage, (width, layers) in enumerate(zip(widths, branches)):
            self.add_module(f"stage{stage}_down", conv_norm(filters, width))
            for layer in range(layers):
                self.add_module(f"stage{stage}_branch{layer}", conv_norm(width, width))
            filters = width
        self.head = nn.Linear(filters, outputs, bias=False)

    def forward(self, x):
        x = F.relu(self.whitening(x))
        for stage, layers in enumerate(self.branches):
            down = self.get_submodule(f"stage{stage}_down")
            x = F.relu(down["norm"](F.max_pool2d(down["conv"](x), 2)))
            y = x
            for layer in range(layers):
                block = self.get_submodule(f"stage{stage}_branch{layer}")
                y = F.relu(block["norm"](block["conv"](y)))
            x = x + y if layers else x
        return self.scale * self.head(x.amax((2, 3)))


def fixed(shape, frequency, phase, offset=0.0):
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return (offset + 0.3 * torch.sin(frequency * i + phase)).reshape(shape).float()


def show(name, values):
    print(f"{name} = {{" + ", ".join(f"{v:.7g}" for v in values.flatten().tolist()) + "}")


model = ResNet(filters=6, widths=[4, 6], branches=[0, 2], outputs=3, scale=0.5)
with torch.no_grad():
    for p, (name, weights) in enumerate(model.named_parameters()):
        weights.copy_(fixed(weights.shape, 0.7, p, 1.0 if name.endswith("norm.weight") else 0.0))
images = 10 * fixed((4, 3, 9, 11), 0.13, 0)
logits = model(images)
F.cross_entropy(logits, torch.tensor([0, 1, 2, 0])).backward()
show("kTraining", logits)
show("kGradient", model.whitening.bias.grad)
show("kEvaluation", model.eval()(images))
