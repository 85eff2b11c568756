"""The network of bert.h in PyTorch, with the same names of parameters."""

from torch import nn

from models.layers.transformer_stack import TransformerStack


class Network(nn.Module):
    """Logits of the token that stands at each place; what is hidden has the number behind the last token."""

    def __init__(self, options, problem):
        super().__init__()
        self.tokens = problem["outputs"]
        self.stack = TransformerStack(options, self.tokens + 1, problem["input"][0], causal=False)
        self.head = None if options["tied"] else nn.Linear(options["width"], self.tokens, bias=False)

    def forward(self, tokens):
        output = self.stack.embedding if self.head is None else self.head
        return self.stack(tokens) @ output.weight[: self.tokens].t()
