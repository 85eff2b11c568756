"""The network of bert.h in PyTorch, with the same names of parameters."""

from torch import nn

from models.layers.token_head import TokenHead
from models.layers.transformer_stack import TransformerStack


class Network(nn.Module):
    """Logits of the token that stands at each place; what is hidden has the number behind the last token."""

    def __init__(self, options, problem):
        super().__init__()
        tokens = problem["outputs"]
        self.stack = TransformerStack(options, tokens + 1, problem["input"][0], causal=False)
        self.head = TokenHead(options, tokens)

    def forward(self, tokens):
        return self.head(self.stack(tokens), self.stack.embedding.weight)
