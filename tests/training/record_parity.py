"""Records what PyTorch's own loop gives for parity_test.cpp: prints parity_losses.json to standard output.

The same network from weights that both sides compute by formula, on inputs by formula, in the same order.
Recorded with PyTorch 2.13 (CPU).
"""

import json

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


print(
    json.dumps(
        {
            "sgd": losses(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=1e-3)),
            "adamw": losses(lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1)),
        },
        indent=1,
    )
)
