"""Draws a run's curves: plot_run.py FOLDER writes FOLDER/curves.svg and FOLDER/curves.png."""

import json
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402


def read_lines(folder):
    file = folder / "metrics.jsonl"
    if not file.exists():
        sys.exit(f"{file}: missing; only a run that was trained by gradients has curves")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    if not lines:
        sys.exit(f"{file}: no epoch is complete yet")
    return lines


def draw_loss(axes, lines):
    epochs = [line["epoch"] for line in lines]
    axes.plot(epochs, [line["train_loss"] for line in lines], label="training")
    if "test_loss" in lines[0]:
        axes.plot(epochs, [line["test_loss"] for line in lines], label="test")
    axes.set(xlabel="epoch", ylabel="loss (nats)" if "test_loss" in lines[0] else "squared error", yscale="log")
    axes.legend()


def draw_score(axes, lines, config):
    metric = "test_accuracy" if "test_accuracy" in lines[0] else "test_r2"
    axes.plot([line["epoch"] for line in lines], [line[metric] for line in lines], color="C1", label="test")
    goal = config.get("goal")
    if goal and goal["metric"] == metric:
        axes.axhline(goal["at_least"], color="0.5", linestyle="--", label=f"goal {goal['at_least']}")
    axes.set(xlabel="epoch", ylabel="test accuracy" if metric == "test_accuracy" else "test R²")
    axes.legend()


def main(folder):
    lines = read_lines(folder)
    config = json.loads((folder / "config.json").read_text())
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    draw_loss(left, lines)
    draw_score(right, lines, config)
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.xaxis.get_major_locator().set_params(integer=True)
    figure.suptitle(f"{config['recipe']}, seed {config['seed']}")
    for kind in ("svg", "png"):
        figure.savefig(folder / f"curves.{kind}", dpi=150)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
