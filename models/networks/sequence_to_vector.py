"""The network of sequence_to_vector.h in PyTorch, with the same names of parameters."""

from torch import nn

from models.layers.recurrent_stack import RecurrentStack


class Network(nn.Module):
    """Classes or values, from what the last step gives."""

    def __init__(self, options, problem):
        super().__init__()
        sizes = problem["input"]
        numbers = {1: lambda: 1, 2: lambda: sizes[1], 3: lambda: sizes[0] * sizes[2]}[len(sizes)]()
        self.stack = RecurrentStack(options, numbers)
        self.output = nn.Linear(options["hidden"], problem["outputs"])

    def forward(self, x):
        if x.dim() == 4:
            steps = x.permute(2, 0, 1, 3).flatten(2)
        else:
            steps = x.t().unsqueeze(2) if x.dim() == 2 else x.transpose(0, 1)
        return self.output(self.stack(steps)[0][-1])
