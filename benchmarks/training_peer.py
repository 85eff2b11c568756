"""The Python side of `spinlab bench training`: training_peer.py FOLDER MEAN DEVIATION

Answers each line {"model": "mlp", "batch": 64, "loader": "python", "compile": false} on standard input by one on standard
output with the seconds of an epoch of training and an evaluation on the test set. At a job's first time it tries the settings
that a user can choose (threads, optimizer implementation, workers, memory layout of images) and keeps the fastest.
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


class Images(nn.Module):
    """Rows of 784 numbers as images, in the layout that the convolutions take."""

    def __init__(self, layout):
        super().__init__()
        self.layout = layout

    def forward(self, rows):
        return rows.view(-1, 1, 28, 28).contiguous(memory_format=self.layout)


def mlp(layout):
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def lenet5(layout):
    model = nn.Sequential(
        Images(layout),
        *(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10)),
    )
    return model.to(memory_format=layout)


MODELS = {"mlp": (mlp, [torch.contiguous_format]), "lenet5": (lenet5, [torch.contiguous_format, torch.channels_last])}


class Job:
    def __init__(self, data, model, batch, loader, compiled):
        self.data, self.batch, self.compiled = data, batch, compiled
        self.batches, workers = LOADERS[loader]
        self.make, layouts = MODELS[model]
        threads = sorted({1, os.cpu_count() or 1})
        implementations = [{"fused": True}] if compiled else [{"foreach": False}, {"foreach": True}, {"fused": True}]
        trials = itertools.product(threads, implementations, workers, layouts)
        best = min(trials, key=lambda trial: self.trial(*trial))
        self.threads, self.implementation, self.workers, self.layout = best
        self.start(self.implementation, self.layout)

    def start(self, implementation, layout):
        torch.manual_seed(0)
        self.model = self.make(layout)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.01, momentum=0.9, **implementation)
        model = self.model

        def loss_of(inputs, targets):
            return functional.cross_entropy(model(inputs), targets)

        self.loss_of = torch.compile(loss_of) if self.compiled else loss_of

    def steps(self, batches):
        loss_of, optimizer, total = self.loss_of, self.optimizer, torch.zeros(())
        for inputs, targets in batches:
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(inputs, targets)
            loss.backward()
            optimizer.step()
            total += loss.detach()

    def trial(self, threads, implementation, workers, layout):
        torch.set_num_threads(threads)
        self.start(implementation, layout)
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
        images = ", channels last" if self.layout == torch.channels_last else ""
        return f"{self.threads} threads, {kind} SGD, {self.workers} workers{images}" + (", compiled" * self.compiled)


def main(folder, mean, deviation):
    data = Data(pathlib.Path(folder), float(mean), float(deviation))
    jobs = {}
    for line in sys.stdin:
        asked = json.loads(line)
        key = (asked["model"], asked["batch"], asked["loader"], asked["compile"])
        if key not in jobs:
            jobs[key] = Job(data, *key)
        job = jobs[key]
        print(json.dumps({"seconds": job.epoch(), "setting": job.setting()}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
