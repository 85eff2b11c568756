"""The Python side of `spinlab bench transformer`: transformer_peer.py FOLDER

Answers each line {"job": "step", "batch": 12, "steps": 100} by one with the seconds of so many training steps of the same network, or of
sampling; "ready" once it has started. At a job's first time it tries the settings that a user can choose and keeps the fastest.
"""

import json
import os
import pathlib
import sys
import time

import numpy
import torch
from torch import nn
from torch.nn import functional

WIDTH, LAYERS, HEADS, CONTEXT = 128, 4, 4, 64
WARM_STEPS, TRIAL_STEPS, TRIAL_LENGTH = 5, 20, 100


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.inputs, self.out = nn.Linear(WIDTH, 3 * WIDTH, bias=False), nn.Linear(WIDTH, WIDTH, bias=False)

    def forward(self, x, cache=None):
        n, length, _ = x.shape
        q, k, v = (part.view(n, length, HEADS, -1).transpose(1, 2) for part in self.inputs(x).chunk(3, 2))
        if cache is not None:
            if "k" in cache:
                k, v = torch.cat((cache["k"], k), 2), torch.cat((cache["v"], v), 2)
            cache["k"], cache["v"] = k, v
        y = functional.scaled_dot_product_attention(q, k, v, is_causal=length > 1)
        return self.out(y.transpose(1, 2).reshape(n, length, WIDTH))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.attention = nn.LayerNorm(WIDTH, bias=False), Attention()
        self.second = nn.LayerNorm(WIDTH, bias=False)
        self.wide, self.narrow = nn.Linear(WIDTH, 4 * WIDTH, bias=False), nn.Linear(4 * WIDTH, WIDTH, bias=False)

    def forward(self, x, cache=None):
        x = x + self.attention(self.norm(x), cache)
        return x + self.narrow(functional.gelu(self.wide(self.second(x))))


class GPT(nn.Module):
    """nanoGPT's network without biases and dropout, its embedding the output layer's matrix."""

    def __init__(self, tokens):
        super().__init__()
        self.embedding, self.positions = nn.Embedding(tokens, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.blocks, self.norm = nn.ModuleList(Block() for _ in range(LAYERS)), nn.LayerNorm(WIDTH, bias=False)
        for p in self.parameters():
            if p.dim() == 2:
                nn.init.normal_(p, 0, 0.02)

    def forward(self, tokens, caches=None, first=0):
        z = self.embedding(tokens) + self.positions.weight[first : first + tokens.size(1)]
        for i, block in enumerate(self.blocks):
            z = block(z, None if caches is None else caches[i])
        return self.norm(z) @ self.embedding.weight.t()


class Steps:
    """nanoGPT's loop: contexts at random places, AdamW fused, gradients clipped."""

    def __init__(self, codes, asked, compiled):
        self.codes, self.batch, self.count, self.compiled = codes, asked["batch"], asked["steps"], compiled
        self.threads = min(sorted({1, os.cpu_count() or 1}), key=self.trial)
        self.start(self.threads)
        self.steps(WARM_STEPS)

    def start(self, threads):
        torch.set_num_threads(threads)
        torch.manual_seed(0)
        self.model = GPT(int(self.codes.max()) + 1)
        matrices, others = ([p for p in self.model.parameters() if (p.dim() > 1) == wide] for wide in (True, False))
        groups = [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.99), fused=True)
        self.called = torch.compile(self.model) if self.compiled else self.model

    def steps(self, count):
        for _ in range(count):
            places = torch.randint(len(self.codes) - CONTEXT, (self.batch,))
            x = torch.stack([self.codes[i : i + CONTEXT] for i in places])
            y = torch.stack([self.codes[i + 1 : i + 1 + CONTEXT] for i in places])
            logits = self.called(x)
            loss = functional.cross_entropy(logits.view(-1, logits.size(2)), y.view(-1))
            loss.backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)

    def trial(self, threads):
        self.start(threads)
        self.steps(WARM_STEPS)
        start = time.perf_counter()
        self.steps(TRIAL_STEPS)
        return time.perf_counter() - start

    def run(self):
        torch.set_num_threads(self.threads)
        self.steps(self.count)

    def setting(self):
        return f"{self.threads} threads" + ", compiled" * self.compiled


class Sample:
    def __init__(self, codes, asked):
        self.cache, self.length = asked["cache"], asked["length"]
        self.model = GPT(int(codes.max()) + 1).eval()
        self.threads = min(sorted({1, os.cpu_count() or 1}), key=self.trial)

    @torch.inference_mode()
    def write(self, length):
        tokens, caches, read = torch.zeros((1, 1), dtype=torch.long), [{} for _ in range(LAYERS)], 0
        for _ in range(length):
            if self.cache:
                if tokens.size(1) > CONTEXT:  # the older half goes, as ours does it
                    tokens, caches, read = tokens[:, -((CONTEXT + 1) // 2) :], [{} for _ in range(LAYERS)], 0
                logits = self.model(tokens[:, read:], caches, read)
                read = tokens.size(1)
            else:
                logits = self.model(tokens[:, -CONTEXT:])
            probabilities = functional.softmax(logits[:, -1] / 0.8, -1)
            tokens = torch.cat((tokens, torch.multinomial(probabilities, 1)), 1)

    def trial(self, threads):
        torch.set_num_threads(threads)
        self.write(TRIAL_LENGTH)
        start = time.perf_counter()
        self.write(TRIAL_LENGTH)
        return time.perf_counter() - start

    def run(self):
        torch.set_num_threads(self.threads)
        self.write(self.length)

    def setting(self):
        return f"a loop {'with' if self.cache else 'without'} a cache, {self.threads} threads"


def make(folder, asked):
    codes = torch.from_numpy(numpy.fromfile(folder / "codes", numpy.int64))
    if asked["job"] == "sample":
        return Sample(codes, asked)
    return Steps(codes, asked, asked["job"] == "compile")


def main(folder):
    jobs = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["job"] == "ready":
            print(json.dumps({"seconds": 0.0, "setting": ""}), flush=True)
            continue
        key = json.dumps(asked, sort_keys=True)
        if key not in jobs:
            jobs[key] = make(pathlib.Path(folder), asked)
        job = jobs[key]
        start = time.perf_counter()
        job.run()
        print(json.dumps({"seconds": time.perf_counter() - start, "setting": job.setting()}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
