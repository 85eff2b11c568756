"""The layer of feed_forward.h in PyTorch, with the same names of parameters."""

from torch import nn


class FeedForward(nn.Module):
    """Two linear maps with a nonlinearity or a gate between them."""

    def __init__(self, width, hidden, kind, bias):
        super().__init__()
        self.kind = kind
        gated = kind == "swiglu"
        hidden = hidden or ((8 * width // 3 + 7) // 8 * 8 if gated else 4 * width)
        setattr(self, "in", nn.Linear(width, 2 * hidden if gated else hidden, bias))
        self.out = nn.Linear(hidden, width, bias)

    def forward(self, x):
        z = getattr(self, "in")(x)
        if self.kind == "gelu":
            return self.out(nn.functional.gelu(z))
        if self.kind == "relu":
            return self.out(z.relu())
        gated, gates = z.chunk(2, -1)
        return self.out(nn.functional.silu(gated) * gates)
