"""The network of recurrent.h in PyTorch, with the same names of parameters."""

from torch import nn

from models.layers.recurrent_stack import RecurrentStack
from models.layers.token_head import TokenHead


class Network(nn.Module):
    """Logits of the token that follows, at each place."""

    def __init__(self, options, problem):
        super().__init__()
        tokens = problem["outputs"]
        self.embedding = nn.Embedding(tokens, options["embedding"])
        self.stack = RecurrentStack(options, options["embedding"])
        self.head = TokenHead({"tied": options["tied"], "width": options["hidden"]}, tokens)

    def forward(self, tokens):
        y, _ = self.stack(self.embedding(tokens.t()))
        return self.head(y.transpose(0, 1), self.embedding.weight)
