"""The Python side of `spinlab bench recurrent`, language models: recurrent_language_peer.py FOLDER

Answers jobs as peers/choices.py says: the same network by torch.nn.LSTM, with one thread and with all.
"""

import os
import sys

import torch
from peers.choices import answer
from torch import nn
from torch.nn import functional

EMBEDDING, CONTEXT = 128, 64


class Model(nn.Module):
    def __init__(self, tokens, hidden):
        super().__init__()
        self.embedding, self.lstm = nn.Embedding(tokens, EMBEDDING), nn.LSTM(EMBEDDING, hidden)
        self.head = nn.Linear(hidden, tokens, bias=False)

    def forward(self, tokens, state):
        """Steps first: (T, n) to (T, n, tokens)."""
        y, state = self.lstm(self.embedding(tokens), state)
        return self.head(y), state


class Language:
    def __init__(self, data, job):
        self.codes, self.job = torch.from_numpy(data["codes"]), job
        tokens = int(self.codes.max()) + 1
        self.choices = {}
        for threads in sorted({1, os.cpu_count() or 1}):
            torch.manual_seed(0)
            self.choices[f"{threads} threads"] = self.choice(Model(tokens, job["hidden"]), threads)


class Steps(Language):
    """AdamW fused, gradients clipped, the state carried on without its graph."""

    def choice(self, model, threads):
        matrices, others = ([p for p in model.parameters() if (p.dim() > 1) == wide] for wide in (True, False))
        groups = [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
        optimizer = torch.optim.AdamW(groups, lr=3e-3, betas=(0.9, 0.99), fused=True)
        batch = self.job["batch"]
        length = (len(self.codes) - 1) // batch
        rows = self.codes[: batch * length].view(batch, length).t().contiguous()
        following = self.codes[1 : batch * length + 1].view(batch, length).t().contiguous()

        def steps():
            torch.set_num_threads(threads)
            state = None
            for step in range(self.job["steps"]):
                first = step * CONTEXT % (length - CONTEXT)
                logits, state = model(rows[first : first + CONTEXT], state)
                state = tuple(part.detach() for part in state)
                loss = functional.cross_entropy(logits.flatten(0, 1), following[first : first + CONTEXT].flatten())
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)

        return steps


class Sample(Language):
    def choice(self, model, threads):
        model.eval()

        @torch.inference_mode()
        def write():
            torch.set_num_threads(threads)
            token, state, text = torch.zeros((1, 1), dtype=torch.long), None, []
            for _ in range(self.job["length"]):
                logits, state = model(token, state)
                token = torch.multinomial(functional.softmax(logits[0] / 0.8, -1), 1)
                text.append(token.item())

        return write


if __name__ == "__main__":
    answer({"step": Steps, "sample": Sample}, sys.argv[1])
