"""Draws a run's curves: plot_run.py FOLDER writes FOLDER/curves.svg and FOLDER/curves.png."""

import json
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

PARTS = {"validation": "C2", "test": "C1"}


def whole_lines(file):
    """The epochs that are complete; a run that was killed may have left half a line."""
    lines = []
    for text in file.read_text().splitlines() if file.exists() else []:
        try:
            lines.append(json.loads(text))
        except json.JSONDecodeError:
            continue
    return [line for line in lines if isinstance(line, dict) and "epoch" in line]


def known_metrics(folder, lines):
    """Name, unit and whether more is better; runs before run.json was written measured one of these three."""
    record = folder / "run.json"
    if record.exists():
        return json.loads(record.read_text())["metrics"]
    known = [("loss", "nats", False), ("accuracy", "share", True), ("r2", "", True)]
    return [dict(zip(("name", "unit", "higher_is_better"), k)) for k in known if f"test_{k[0]}" in lines[0]]


def label(metric):
    name = {"r2": "R²"}.get(metric["name"], metric["name"].replace("_", " "))
    return f"{name} ({metric['unit']})" if metric["unit"] not in ("", "share") else name


def column(lines, name):
    return [(line["epoch"], line[name]) for line in lines if isinstance(line.get(name), (int, float))]


def draw(axes, lines, name, **style):
    if points := column(lines, name):
        axes.plot(*zip(*points), marker="o" if len(points) == 1 else None, **style)


def draw_metric(axes, lines, metric, config):
    for part, color in PARTS.items():
        draw(axes, lines, f"{part}_{metric['name']}", label=part, color=color)
    goal = config.get("goal")
    if goal and goal["metric"] == f"test_{metric['name']}":
        bound = goal.get("at_least", goal.get("at_most"))
        axes.axhline(bound, color="0.5", linestyle="--", label=f"goal {bound}")
    axes.set(xlabel="epoch", ylabel=label(metric))


def draw_loss(axes, lines, metric, config):
    for name in ("running_loss", "train_loss"):
        draw(axes, lines, name, label="training, while it runs", color="C0")
    draw_metric(axes, lines, metric, config)
    draw(axes, lines, "test_ngram_loss", label="n-gram, test", color="0.3", linestyle=":")
    values = [value for line in axes.lines for value in line.get_ydata()]
    if values and min(values) > 0 and max(values) > 10 * min(values):  # else an axis of powers of ten has no ticks
        axes.set_yscale("log")


def main(folder):
    lines = whole_lines(folder / "metrics.jsonl")
    if not lines:
        sys.exit(f"{folder / 'metrics.jsonl'}: no epoch is complete yet")
    config = json.loads((folder / "config.json").read_text())
    metrics = known_metrics(folder, lines)
    scores = [metric for metric in metrics if metric["higher_is_better"]][-1:]
    loss = next((metric for metric in metrics if metric["name"] == "loss"), {"name": "loss", "unit": ""})
    figure, panels = plt.subplots(1, 1 + len(scores), figsize=(4.5 + 4.5 * len(scores), 3.6), layout="constrained", squeeze=False)
    draw_loss(panels[0][0], lines, loss, config)
    for axes, metric in zip(panels[0][1:], scores):
        draw_metric(axes, lines, metric, config)
    for axes in panels[0]:
        axes.legend()
        axes.grid(alpha=0.3)
        axes.xaxis.get_major_locator().set_params(integer=True)
    figure.suptitle(f"{config['recipe']}, seed {config['seed']}")
    for kind in ("svg", "png"):
        figure.savefig(folder / f"curves.{kind}", dpi=150)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
