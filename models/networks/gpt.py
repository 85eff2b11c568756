"""The network of gpt.h in PyTorch, with the same names of parameters."""

from torch import nn

from models.layers.token_head import TokenHead
from models.layers.transformer_stack import TransformerStack


class Network(nn.Module):
    """Logits of the token that follows, at each place."""

    def __init__(self, options, problem):
        super().__init__()
        tokens = problem["outputs"]
        self.stack = TransformerStack(options, tokens, problem["input"][0], causal=True)
        self.head = TokenHead(options, tokens)

    def forward(self, tokens):
        return self.head(self.stack(tokens), self.stack.embedding.weight)
