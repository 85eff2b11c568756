"""The Python side of `spinlab bench training`: training_peer.py FOLDER MEAN DEVIATION

Answers each line {"batch": 64, "loader": "python"} on standard input by one on standard output with the seconds of an
epoch of training and an evaluation on the test set. At a job's first time it tries the settings that a user can choose
(threads, optimizer implementation, workers) and keeps the fastest.
"""

import itertools
import json
import os
import pathlib
import sys
import time

import numpy
import torch
from PIL import Image
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset, TensorDataset

TRIAL_STEPS = 150
EVALUATION_ROWS = 1000


class ImageSet(Dataset):
    """One image at a time, by the steps of torchvision.datasets.MNIST with ToTensor and Normalize."""

    def __init__(self, images, labels, mean, deviation):
        self.images, self.labels = images, labels
        self.mean, self.deviation = torch.tensor([mean]).view(1, 1, 1), torch.tensor([deviation]).view(1, 1, 1)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image = Image.fromarray(self.images[index].numpy(), mode="L")
        pixels = torch.from_numpy(numpy.array(image, numpy.uint8, copy=True)).view(1, 28, 28)
        pixels = pixels.to(torch.float32).div(255)
        return pixels.sub_(self.mean).div_(self.deviation), int(self.labels[index])


class Data:
    def __init__(self, folder, mean, deviation):
        def read(name, kind):
            return torch.from_numpy(numpy.fromfile(folder / name, kind))

        self.train_images = read("train_images", numpy.uint8).view(-1, 28, 28)
        self.train_labels = read("train_labels", numpy.int64)
        self.test_labels = read("test_labels", numpy.int64)
        self.test_inputs = self.normalised(read("test_images", numpy.uint8), mean, deviation)
        self.train_inputs = self.normalised(self.train_images, mean, deviation)
        self.image_set = ImageSet(self.train_images, self.train_labels, mean, deviation)

    @staticmethod
    def normalised(images, mean, deviation):
        return images.to(torch.float32).div_(255).sub_(mean).div_(deviation).view(-1, 784)


def by_hand(data, batch, workers):
    order = torch.randperm(len(data.train_inputs))
    for rows in order.split(batch):
        yield data.train_inputs.index_select(0, rows), data.train_labels.index_select(0, rows)


def loaded(dataset):
    def batches(data, batch, workers):
        loader = DataLoader(dataset(data), batch, shuffle=True, num_workers=workers, persistent_workers=False)
        return iter(loader)

    return batches


LOADERS = {
    "python": (by_hand, [0]),
    "dataloader": (loaded(lambda data: data.image_set), [0, 2]),
    "dataloader-tensors": (loaded(lambda data: TensorDataset(data.train_inputs, data.train_labels)), [0, 2]),
}


class Job:
    def __init__(self, data, batch, loader):
        self.data, self.batch = data, batch
        self.batches, workers = LOADERS[loader]
        threads = sorted({1, os.cpu_count() or 1})
        implementations = [{"foreach": False}, {"foreach": True}, {"fused": True}]
        trials = itertools.product(threads, implementations, workers)
        self.threads, self.implementation, self.workers = min(trials, key=lambda trial: self.trial(*trial))
        self.start(self.implementation)

    def start(self, implementation):
        torch.manual_seed(0)
        self.model = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.01, momentum=0.9, **implementation)

    def steps(self, batches):
        model, optimizer, total = self.model, self.optimizer, torch.zeros(())
        for inputs, targets in batches:
            optimizer.zero_grad(set_to_none=True)
            loss = functional.cross_entropy(model(inputs), targets)
            loss.backward()
            optimizer.step()
            total += loss.detach()

    def trial(self, threads, implementation, workers):
        torch.set_num_threads(threads)
        self.start(implementation)
        batches = self.batches(self.data, self.batch, workers)
        self.steps(itertools.islice(batches, 10))
        steps = min(TRIAL_STEPS, len(self.data.train_inputs) // self.batch - 10)
        start = time.perf_counter()
        self.steps(itertools.islice(batches, steps))
        return time.perf_counter() - start

    def evaluate(self):
        loss, right = 0.0, 0
        with torch.inference_mode():
            inputs = self.data.test_inputs.split(EVALUATION_ROWS)
            for x, y in zip(inputs, self.data.test_labels.split(EVALUATION_ROWS)):
                logits = self.model(x)
                loss += functional.cross_entropy(logits, y, reduction="sum").item()
                right += (logits.argmax(1) == y).sum().item()
        return loss, right

    def epoch(self):
        torch.set_num_threads(self.threads)
        start = time.perf_counter()
        self.model.train()
        self.steps(self.batches(self.data, self.batch, self.workers))
        self.model.eval()
        torch.set_num_threads(os.cpu_count() or 1)
        self.evaluate()
        return time.perf_counter() - start

    def setting(self):
        names = [name for name, on in self.implementation.items() if on]
        kind = names[0] if names else "plain"
        return f"{self.threads} threads, {kind} SGD, {self.workers} workers"


def main(folder, mean, deviation):
    data = Data(pathlib.Path(folder), float(mean), float(deviation))
    jobs = {}
    for line in sys.stdin:
        asked = json.loads(line)
        key = (asked["batch"], asked["loader"])
        if key not in jobs:
            jobs[key] = Job(data, *key)
        job = jobs[key]
        print(json.dumps({"seconds": job.epoch(), "setting": job.setting()}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
