"""Draws runs side by side: plot_comparison.py FILE, a Comparison as JSON, writes FILE with .svg and .png in place of .json.

Left the headline metric, with the standard error over seeds, against the setting that varies; right the curves of all runs.
"""

import json
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

MOST_LABELS = 12
FEW_POINTS = 25
VERY_DIFFERENT = 8  # times as many epochs


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def numeric_keys(comparison):
    groups = comparison["groups"]
    keys = [key for key in comparison["keys"] if all(is_number(group["settings"][key]) for group in groups)]
    return sorted(keys, key=lambda key: -len({group["settings"][key] for group in groups}))


def name(group, without=None):
    parts = [f"{key.rsplit('.', 1)[-1]}={value}" for key, value in group["settings"].items() if key != without]
    return ", ".join(parts) or "all"


def spread_logarithmically(values):
    values = sorted(set(values))
    return len(values) > 2 and values[0] > 0 and values[-1] / values[0] > 20


def legend_below(axes):
    """Under the axes, where it covers no curve."""
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        columns = 1 if max(map(len, labels)) > 30 else 2
        axes.legend(fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=columns)


def draw_against(axes, comparison, key, metric):
    lines = {}
    for group in comparison["groups"]:
        if metric in group["metrics"]:
            lines.setdefault(name(group, key), []).append(group)
    for label, groups in lines.items():
        groups.sort(key=lambda group: group["settings"][key])
        spreads = [group["metrics"][metric] for group in groups]
        axes.errorbar(
            [group["settings"][key] for group in groups],
            [spread["mean"] for spread in spreads],
            [spread["standard_error"] or 0 for spread in spreads],
            marker="o",
            capsize=3,
            label=label,
        )
    if spread_logarithmically([group["settings"][key] for group in comparison["groups"]]):
        axes.set_xscale("log")
    axes.set(xlabel=key, ylabel=metric.replace("_", " "))
    if 1 < len(lines) <= MOST_LABELS:
        legend_below(axes)


def draw_bars(axes, comparison, metric):
    groups = [group for group in comparison["groups"] if metric in group["metrics"]]
    means = [group["metrics"][metric]["mean"] for group in groups]
    errors = [group["metrics"][metric]["standard_error"] or 0 for group in groups]
    axes.errorbar(means, range(len(groups)), xerr=errors, fmt="o", capsize=3)
    axes.set(yticks=range(len(groups)), yticklabels=[name(group) for group in groups], xlabel=metric.replace("_", " "))
    axes.invert_yaxis()


def epochs_of(run, metric):
    file = pathlib.Path(run) / "metrics.jsonl"
    points = []
    for text in file.read_text().splitlines() if file.exists() else []:
        try:
            line = json.loads(text)
        except json.JSONDecodeError:
            continue
        if is_number(line.get(metric)):
            points.append((line["epoch"], line[metric]))
    return points


def draw_curves(axes, comparison, metric):
    """Short runs with a mark at each epoch: a line of one point is none."""
    ends = []
    for number, group in enumerate(comparison["groups"]):
        label = name(group) if number < MOST_LABELS else None
        for run in group["runs"]:
            if points := epochs_of(run, metric):
                ends.append(points[-1][0])
                mark = "o" if len(points) <= FEW_POINTS else None
                axes.plot(*zip(*points), color=f"C{number % 10}", alpha=0.7, marker=mark, markersize=4, label=label)
                label = None
    axes.set(xlabel="epoch", ylabel=metric.replace("_", " "))
    if ends and max(ends) > VERY_DIFFERENT * min(ends):
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
    else:
        axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    legend_below(axes)


def main(file):
    comparison = json.loads(file.read_text())
    if not comparison["metrics"]:
        sys.exit(f"{file}: no run has measured anything yet")
    metric = comparison["metrics"][0]
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
    keys = numeric_keys(comparison)
    if keys and len(comparison["groups"]) > 1:
        draw_against(left, comparison, keys[0], metric)
    else:
        draw_bars(left, comparison, metric)
    draw_curves(right, comparison, metric)
    for axes in (left, right):
        axes.grid(alpha=0.3)
    for kind in (".svg", ".png"):
        figure.savefig(file.with_suffix(kind), dpi=150)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
