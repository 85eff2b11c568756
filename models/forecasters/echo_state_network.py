"""The forecaster of echo_state_network.h in PyTorch, with the same names of its numbers."""

import torch
from torch import nn

LANES = 8  # neighbouring units that hear the same others


class Reservoir(nn.Module):
    def __init__(self, options, inputs):
        super().__init__()
        self.units, self.leak = options["units"], options["leak"]
        groups = -(-self.units // LANES)
        self.register_buffer("heard", torch.zeros(groups, options["degree"], dtype=torch.int16))
        self.register_buffer("recurrent", torch.zeros(groups, options["degree"], LANES))
        self.register_buffer("input", torch.zeros(groups, inputs + 1, LANES))

    def forward(self, x, u):
        """The state (n, units) after one more input (n, d)."""
        heard = self.heard.long() & 0xFFFF
        drive = torch.einsum("ngj,gjl->ngl", x[:, heard], self.recurrent)
        drive = drive + torch.einsum("ni,gil->ngl", u, self.input[:, :-1]) + self.input[:, -1]
        return (1 - self.leak) * x + self.leak * drive.flatten(1)[:, : self.units].tanh()


class Network(nn.Module):
    """The state that follows those heard, (n, T, d) to (n, d), normalised."""

    def __init__(self, options, problem):
        super().__init__()
        d = problem["outputs"]
        self.squares, self.reservoir = options["squares"], Reservoir(options, d)
        self.register_buffer("weights", torch.zeros(options["units"], d, dtype=torch.float64))
        self.register_buffer("intercept", torch.zeros(d, dtype=torch.float64))

    def forward(self, heard):
        return self.read(self.listen(heard))

    def forecast(self, heard, steps):
        """(n, steps, d): what was said last is heard next."""
        x, said = self.listen(heard), []
        for step in range(steps):
            x = self.reservoir(x, said[-1]) if step > 0 else x
            said.append(self.read(x))
        return torch.stack(said, 1)

    def listen(self, heard):
        x = heard.new_zeros(len(heard), self.reservoir.units)
        for u in heard.unbind(1):
            x = self.reservoir(x, u)
        return x

    def read(self, x):
        if self.squares:
            x = x.clone()
            x[:, 1::2] **= 2
        return x @ self.weights + self.intercept
