"""The network of gpt.h in PyTorch, with the same names of parameters."""

from torch import nn

from models.layers.transformer_stack import TransformerStack


class Network(nn.Module):
    """Logits of the token that follows, at each place."""

    def __init__(self, options, problem):
        super().__init__()
        tokens = problem["outputs"]
        self.stack = TransformerStack(options, tokens, problem["input"][0], causal=True)
        self.head = None if options["tied"] else nn.Linear(options["width"], tokens, bias=False)

    def forward(self, tokens):
        output = self.stack.embedding if self.head is None else self.head
        return self.stack(tokens) @ output.weight.t()
