"""The Python side of `spinlab bench runs`: runs_peer.py start|sweep DATA

start: reads MNIST, makes the model and takes one step. sweep: sixteen runs of two epochs with an evaluation after each, in one
loop. Of one or two threads and a plain, foreach or fused optimizer, one thread with the fused one was the fastest here for a
network of this size (`spinlab bench training` tries them all).
"""

import gzip
import itertools
import pathlib
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional

EVALUATION_ROWS = 1000


def read(folder, name, header):
    file = folder / "mnist" / name
    packed = file.with_name(name + ".gz")
    bytes_ = file.read_bytes() if file.exists() else gzip.decompress(packed.read_bytes())
    return torch.from_numpy(numpy.frombuffer(bytes_, numpy.uint8, offset=header).copy())


class Data:
    def __init__(self, folder):
        train, test = (read(folder, f"{part}-images-idx3-ubyte", 16) for part in ("train", "t10k"))
        self.train_labels, self.test_labels = (
            read(folder, f"{part}-labels-idx1-ubyte", 8).to(torch.int64) for part in ("train", "t10k")
        )
        pixels = train.to(torch.float32) / 255
        mean, deviation = pixels.mean(), pixels.std()
        self.train, self.test = (
            (images.to(torch.float32).div_(255).sub_(mean).div_(deviation)).view(-1, 784) for images in (train, test)
        )


class Run:
    def __init__(self, data, rate, seed):
        torch.manual_seed(seed)
        self.data = data
        self.model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=rate, momentum=0.9, fused=True)

    def step(self, rows):
        self.optimizer.zero_grad(set_to_none=True)
        inputs = self.data.train.index_select(0, rows)
        functional.cross_entropy(self.model(inputs), self.data.train_labels.index_select(0, rows)).backward()
        self.optimizer.step()

    def epoch(self):
        for rows in torch.randperm(len(self.data.train)).split(64):
            self.step(rows)

    def accuracy(self):
        right = 0
        with torch.inference_mode():
            for x, y in zip(self.data.test.split(EVALUATION_ROWS), self.data.test_labels.split(EVALUATION_ROWS)):
                right += (self.model(x).argmax(1) == y).sum().item()
        return right / len(self.data.test)


def main(what, folder):
    torch.set_num_threads(1)
    data = Data(pathlib.Path(folder))
    if what == "start":
        Run(data, 0.01, 1).step(torch.arange(64))
        return
    for rate, seed in itertools.product((0.003, 0.01, 0.03, 0.1), range(1, 5)):
        run = Run(data, rate, seed)
        for _ in range(2):
            run.epoch()
            run.accuracy()


if __name__ == "__main__":
    main(*sys.argv[1:])
