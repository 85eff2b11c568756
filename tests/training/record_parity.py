"""Records what PyTorch's own loop gives for parity_test.cpp: prints parity_losses.json to standard output.

The same network from weights that both sides compute by formula, on inputs by formula, in the same order.
Recorded with PyTorch 2.13 (CPU).
"""

import json
from unittest import mock

import torch
from torch import nn
from torch.nn import functional

STEPS, BATCH = 60, 16


def waves(*sizes, frequency):
    count = torch.Size(sizes).numel()
    return torch.sin(frequency * torch.arange(count, dtype=torch.float64)).reshape(sizes)


def losses(make_optimizer):
    inputs = waves(STEPS * BATCH, 20, frequency=0.37)
    targets = (waves(STEPS * BATCH, frequency=1.1) * 2.49 + 2.5).long().clamp(0, 4)
    model = nn.Sequential(nn.Linear(20, 12), nn.ReLU(), nn.Linear(12, 5)).double()
    with torch.no_grad():
        for k, parameter in enumerate(model.parameters()):
            parameter.copy_(0.3 * waves(*parameter.shape, frequency=0.7 + 0.1 * k))
    optimizer = make_optimizer(model.parameters())
    recorded = []
    for x, y in zip(inputs.split(BATCH), targets.split(BATCH)):
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        recorded.append(loss.item())
    return recorded


class Muon:
    """Matrices by torch.optim.Muon, vectors by AdamW: what spinlab's muon is in one."""

    def __init__(self, parameters, **options):
        parameters = list(parameters)
        matrices = [p for p in parameters if p.dim() > 1]
        vectors = [p for p in parameters if p.dim() == 1]
        self.parts = [
            torch.optim.Muon(matrices, lr=0.02, weight_decay=0.01, **options),
            torch.optim.AdamW(vectors, lr=0.02 * 0.5, betas=(0.9, 0.95), weight_decay=0.01),
        ]

    def zero_grad(self):
        for part in self.parts:
            part.zero_grad()

    def step(self):
        for part in self.parts:
            part.step()


def unrounded(make_optimizer):
    """With Muon's orthogonal factor in the type of the parameters instead of bfloat16."""
    with mock.patch.object(torch.Tensor, "bfloat16", torch.Tensor.clone):
        return losses(make_optimizer)


print(
    json.dumps(
        {
            "sgd": losses(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=1e-3)),
            "adamw": losses(lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1)),
            "muon": unrounded(Muon),
            "muon_rms": unrounded(lambda p: Muon(p, adjust_lr_fn="match_rms_adamw", nesterov=False, ns_steps=3)),
            "muon_bfloat16": losses(Muon),
        },
        indent=1,
    )
)
