"""The network of gru_encoder_decoder.h in PyTorch, with the same names of parameters."""

import torch
from torch import nn


class Network(nn.Module):
    """Logits of each token of the answer, from the sequence and the answer one place later."""

    def __init__(self, options, problem):
        super().__init__()
        self.tokens = problem["outputs"]
        self.embedding = nn.Embedding(self.tokens + 1, options["embedding"])
        self.encoder = nn.GRU(options["embedding"], options["hidden"], batch_first=True)
        self.decoder = nn.GRU(options["embedding"], options["hidden"], batch_first=True)
        self.output = nn.Linear(options["hidden"], self.tokens)

    def forward(self, source, begun):
        _, state = self.encoder(self.embedding(source))
        return self.output(self.decoder(self.embedding(begun), state)[0])

    def other_inputs(self, source):
        """The token that begins every answer."""
        return [torch.full((len(source), 1), self.tokens)]
