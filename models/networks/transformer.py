"""The network of transformer.h in PyTorch, with the same names of parameters."""

import torch
from torch import nn

from models.layers.token_head import TokenHead
from models.layers.transformer_stack import TransformerStack


class Network(nn.Module):
    """Logits of each token of an answer, from the sequence and the answer's beginning."""

    def __init__(self, options, problem):
        super().__init__()
        self.tokens, length = problem["outputs"], problem["input"][0]
        self.encoder = TransformerStack(options, self.tokens, length, causal=False)
        self.decoder = TransformerStack(options, self.tokens + 1, length, causal=True, decoder=True)
        self.head = TokenHead(options, self.tokens)

    def forward(self, source, begun):
        return self.head(self.decoder(begun, self.encoder(source)), self.decoder.embedding.weight)

    def other_inputs(self, source):
        """The token that begins every answer."""
        return [torch.full((len(source), 1), self.tokens)]
