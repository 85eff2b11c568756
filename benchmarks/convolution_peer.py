"""The Python side of `spinlab bench convolution`: convolution_peer.py FOLDER

Answers each line {"job": "epoch", "batch": 256} by one with the seconds of an epoch of the same network (models/networks/resnet.py)
with augmentation and an evaluation, or of the augmentation alone; "ready" is answered once the data is read. At a job's first time it tries the settings that a user can choose
and keeps the fastest.
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
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from models.networks.resnet import Network  # noqa: E402

TRIAL_STEPS, WARM_STEPS = 12, 3
EVALUATION_ROWS = 1000
SHIFT = 2
OPTIONS = {"filters": 24, "widths": [32, 64, 128], "branches": [0, 2, 2], "scale": 0.125}
PROBLEM = {"input": [3, 32, 32], "outputs": 10}


def read(folder, name):
    head = json.loads((folder / f"{name}.json").read_text())
    return numpy.fromfile(folder / name, head["dtype"]).reshape(head["shape"])


class Data:
    def __init__(self, folder):
        self.train_images, self.test_images = read(folder, "train_images"), read(folder, "test_images")
        self.train_labels, self.test_labels = (torch.from_numpy(read(folder, f"{part}_labels")) for part in ("train", "test"))
        self.mean, self.deviation = (torch.from_numpy(read(folder, name)).view(1, 3, 1, 1) for name in ("mean", "deviation"))
        self.images = torch.from_numpy(self.train_images)
        # Once, as whoever holds all images in memory does.
        self.padded = functional.pad(self.normalised(self.images), (SHIFT,) * 4, "reflect").contiguous(memory_format=torch.channels_last)
        self.test_inputs = self.normalised(torch.from_numpy(self.test_images)).contiguous(memory_format=torch.channels_last)

    def normalised(self, images):
        return images.to(torch.float32).div_(255).sub_(self.mean).div_(self.deviation)


def by_torch(data, batch):
    """Crops and flips of a whole batch of normalised images, an index for each shift: airbench's way."""
    for rows in torch.randperm(len(data.padded)).split(batch):
        shifts = torch.randint(0, 2 * SHIFT + 1, (len(rows), 2))
        inputs = torch.empty((len(rows), 3, 32, 32)).contiguous(memory_format=torch.channels_last)
        for y, x in itertools.product(range(2 * SHIFT + 1), repeat=2):
            chosen = ((shifts[:, 0] == y) & (shifts[:, 1] == x)).nonzero().view(-1)
            inputs[chosen] = data.padded[rows[chosen], :, y : y + 32, x : x + 32]
        flipped = torch.rand(len(rows)) < 0.5
        inputs = torch.where(flipped.view(-1, 1, 1, 1), inputs.flip(3), inputs)
        yield inputs.contiguous(memory_format=torch.channels_last), data.train_labels[rows]


def by_gather(data, batch):
    """The same by one index of all pixels."""
    places = torch.arange(32)
    for rows in torch.randperm(len(data.padded)).split(batch):
        shifts = torch.randint(0, 2 * SHIFT + 1, (len(rows), 2, 1))
        ys, xs = (places + shifts[:, axis] for axis in (0, 1))
        xs = torch.where(torch.rand(len(rows), 1) < 0.5, xs.flip(1), xs)
        inputs = data.padded.permute(0, 2, 3, 1)[rows.view(-1, 1, 1), ys.unsqueeze(2), xs.unsqueeze(1)]
        yield inputs.permute(0, 3, 1, 2), data.train_labels[rows]


def by_numpy(data, batch):
    """On bytes, image by image, as NumPy's slices are fastest."""
    generator = numpy.random.default_rng(0)
    if not hasattr(data, "padded_bytes"):
        data.padded_bytes = numpy.pad(data.train_images, ((0, 0), (0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT)), "reflect")
    for rows in numpy.array_split(generator.permutation(len(data.train_images)), -(-len(data.train_images) // batch)):
        shifts, flips = generator.integers(0, 2 * SHIFT + 1, (len(rows), 2)), generator.random(len(rows)) < 0.5
        images = numpy.empty((len(rows), 3, 32, 32), numpy.uint8)
        for i, (row, (y, x), flip) in enumerate(zip(rows, shifts, flips)):
            crop = data.padded_bytes[row, :, y : y + 32, x : x + 32]
            images[i] = crop[:, :, ::-1] if flip else crop
        inputs = data.normalised(torch.from_numpy(images)).contiguous(memory_format=torch.channels_last)
        yield inputs, data.train_labels[rows]


class ImageSet(Dataset):
    """One image at a time, by the steps of torchvision: RandomCrop, RandomHorizontalFlip, ToTensor, Normalize."""

    def __init__(self, data):
        self.images = data.train_images.transpose(0, 2, 3, 1)
        self.labels = data.train_labels
        self.mean, self.deviation = data.mean.view(3, 1, 1), data.deviation.view(3, 1, 1)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image = Image.fromarray(numpy.ascontiguousarray(self.images[index]))
        padded = Image.fromarray(numpy.pad(numpy.asarray(image), ((SHIFT, SHIFT), (SHIFT, SHIFT), (0, 0)), "reflect"))
        y, x = torch.randint(0, 2 * SHIFT + 1, (2,)).tolist()
        image = padded.crop((x, y, x + 32, y + 32))
        if torch.rand(1).item() < 0.5:
            image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        pixels = torch.from_numpy(numpy.array(image, numpy.uint8, copy=True)).permute(2, 0, 1).contiguous()
        return pixels.to(torch.float32).div(255).sub_(self.mean).div_(self.deviation), int(self.labels[index])


def loaded(workers):
    def batches(data, batch):
        for inputs, targets in DataLoader(ImageSet(data), batch, shuffle=True, num_workers=workers):
            yield inputs.contiguous(memory_format=torch.channels_last), targets

    return batches


BY_HAND = {"crops by shift": by_torch, "crops by index": by_gather, "NumPy": by_numpy}
LOADERS = {f"DataLoader of {workers} workers": loaded(workers) for workers in (0, 2)}


def fastest(trials, seconds_of):
    return min(trials, key=seconds_of)


class Epoch:
    def __init__(self, data, batch, loaders, compiled):
        self.data, self.batch, self.compiled = data, batch, compiled
        trials = itertools.product(loaders.items(), sorted({1, os.cpu_count() or 1}), [torch.channels_last, torch.contiguous_format])
        (self.words, self.batches), self.threads, self.layout = fastest(trials, self.trial)
        self.start(self.layout)
        self.steps(itertools.islice(self.prepared(), WARM_STEPS))

    def start(self, layout):
        torch.manual_seed(0)
        self.layout = layout
        self.model = Network(OPTIONS, PROBLEM).to(memory_format=layout)
        parameters = [p for p in self.model.parameters() if p.requires_grad]
        self.optimizer = torch.optim.SGD(parameters, lr=0.01, momentum=0.9, nesterov=True, weight_decay=5e-4, fused=True)
        model = self.model

        def loss_of(inputs, targets):
            return functional.cross_entropy(model(inputs), targets, label_smoothing=0.1)

        self.loss_of = torch.compile(loss_of) if self.compiled else loss_of

    def prepared(self):
        for inputs, targets in self.batches(self.data, self.batch):
            yield inputs.contiguous(memory_format=self.layout), targets

    def steps(self, batches):
        total = torch.zeros(())
        for inputs, targets in batches:
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.loss_of(inputs, targets)
            loss.backward()
            self.optimizer.step()
            total += loss.detach()

    def trial(self, setting):
        (_, self.batches), threads, layout = setting
        torch.set_num_threads(threads)
        self.start(layout)
        batches = self.prepared()
        self.steps(itertools.islice(batches, WARM_STEPS))
        start = time.perf_counter()
        self.steps(itertools.islice(batches, TRIAL_STEPS))
        return time.perf_counter() - start

    def evaluate(self):
        loss, right = 0.0, 0
        with torch.inference_mode():
            for x, y in zip(self.data.test_inputs.split(EVALUATION_ROWS), self.data.test_labels.split(EVALUATION_ROWS)):
                logits = self.model(x.contiguous(memory_format=self.layout))
                loss += functional.cross_entropy(logits, y, reduction="sum").item()
                right += (logits.argmax(1) == y).sum().item()
        return loss, right

    def run(self):
        torch.set_num_threads(self.threads)
        self.model.train()
        self.steps(self.prepared())
        self.model.eval()
        self.evaluate()

    def setting(self):
        layout = "channels last" if self.layout == torch.channels_last else "contiguous"
        return f"{self.words}, {self.threads} threads, {layout}" + ", compiled" * self.compiled


class Augmentation:
    def __init__(self, data, batch):
        self.data, self.batch = data, batch
        trials = itertools.product(BY_HAND.items(), sorted({1, os.cpu_count() or 1}))
        (self.words, self.batches), self.threads = fastest(trials, self.trial)

    def trial(self, setting):
        (_, batches), threads = setting
        torch.set_num_threads(threads)
        for count in (WARM_STEPS, TRIAL_STEPS):
            start = time.perf_counter()
            for _ in itertools.islice(batches(self.data, self.batch), count):
                pass
        return time.perf_counter() - start

    def run(self):
        torch.set_num_threads(self.threads)
        for _ in self.batches(self.data, self.batch):
            pass

    def setting(self):
        return f"{self.words}, {self.threads} threads"


def make(data, asked):
    if asked["job"] == "augmentation":
        return Augmentation(data, asked["batch"])
    return Epoch(data, asked["batch"], LOADERS if asked["job"] == "loader" else BY_HAND, asked["job"] == "compile")


def main(folder):
    data = Data(pathlib.Path(folder))
    jobs = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["job"] == "ready":
            print(json.dumps({"seconds": 0.0, "setting": ""}), flush=True)
            continue
        job = jobs.setdefault(asked["job"], None) or make(data, asked)
        jobs[asked["job"]] = job
        start = time.perf_counter()
        job.run()
        print(json.dumps({"seconds": time.perf_counter() - start, "setting": job.setting()}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
