"""The network of recurrent_encoder_decoder.h in PyTorch, with the same names of parameters."""

import torch
from torch import nn

from models.layers.dot_attention import attended
from models.layers.recurrent_stack import RecurrentStack


class Network(nn.Module):
    """Logits of each token of the answer, from the sequence and the answer one place later."""

    def __init__(self, options, problem):
        super().__init__()
        self.tokens, hidden = problem["outputs"], options["hidden"]
        self.embedding = nn.Embedding(self.tokens + 1, options["embedding"])
        self.encoder = RecurrentStack(options, options["embedding"])
        self.decoder = RecurrentStack(options, options["embedding"])
        attends = options["attention"] == "dot"
        self.attention = nn.Linear(2 * hidden, hidden, bias=False) if attends else None
        self.output = nn.Linear(hidden, self.tokens)

    def forward(self, source, begun):
        memory, state = self.encoder(self.embedding(source.t()))
        y = self.decoder(self.embedding(begun.t()), state)[0].transpose(0, 1)
        return self.output(y if self.attention is None else attended(self.attention, y, memory))

    def other_inputs(self, source):
        """The token that begins every answer."""
        return [torch.full((len(source), 1), self.tokens)]
