"""The network of transformer.h in PyTorch, with the same names of parameters."""

import torch
from torch import nn

from models.layers.transformer_stack import TransformerStack


class Network(nn.Module):
    """Logits of each token of an answer, from the sequence and the answer's beginning."""

    def __init__(self, options, problem):
        super().__init__()
        self.tokens, length = problem["outputs"], problem["input"][0]
        self.encoder = TransformerStack(options, self.tokens, length, causal=False)
        self.decoder = TransformerStack(options, self.tokens + 1, length, causal=True, decoder=True)
        self.head = None if options["tied"] else nn.Linear(options["width"], self.tokens, bias=False)

    def forward(self, source, begun):
        output = self.decoder.embedding if self.head is None else self.head
        return self.decoder(begun, self.encoder(source)) @ output.weight[: self.tokens].t()

    def other_inputs(self, source):
        """The token that begins every answer."""
        return [torch.full((len(source), 1), self.tokens)]
