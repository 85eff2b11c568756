"""Draws what `spinlab bench growth` measured: growth.py GROWTH.json OUT_WITHOUT_ENDING"""
import json
import pathlib
import sys
import textwrap

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.ticker import LogFormatter, NullFormatter, ScalarFormatter

LABEL_WIDTH = 60


class PlainLog(LogFormatter):
    """The same numbers as LogFormatter's, without powers of ten."""

    def __call__(self, value, place=None):
        return f"{value:g}" if super().__call__(value, place) else ""


def draw(measured, along, models, axes):
    time, memory, share, *others = axes
    for model in models:
        n = [point["n"] for point in model["points"]]
        column = lambda name: [point[name] for point in model["points"]]
        power = lambda name: f"{model['name']}, power {model[name]:.2f}"
        time.loglog(n, column("seconds"), "o-", ms=4, label=power("exponent"))
        memory.loglog(n, [max(each, 0.1) for each in column("mebibytes")], "o-", ms=4, label=power("memory_exponent"))
        share.semilogx(n, column("share_of_peak"), "o-", ms=4, label=textwrap.fill(f"{model['name']}: {model['bound']}", LABEL_WIDTH))
    for name, panel in zip(counts(models), others):
        for model in models:
            panel.semilogx([point["n"] for point in model["points"]], [point["counts"].get(name) for point in model["points"]], "o-", ms=4, label=model["name"])
        panel.set(xlabel=along, title=name, ylim=(0, None))
    peaks = f"{measured['float32_flops'] / 1e9:.0f} and {measured['float64_flops'] / 1e9:.0f} Gflop/s, {measured['bytes'] / 1e9:.1f} GB/s"
    time.set(xlabel=along, ylabel="seconds", title="Time")
    memory.set(xlabel=along, ylabel="MiB beside the data", title="Memory")
    share.set(xlabel=along, ylabel="share of the machine's peak", ylim=(0, None), title=f"Peak: {peaks}")
    for each in axes:
        each.set_visible(each.has_data())
        each.legend(fontsize=6)
        with_plain_numbers(each, sorted({point["n"] for model in models for point in model["points"]}))


def with_plain_numbers(panel, sizes):
    panel.set_xscale("log", base=2)
    panel.set_xticks(sizes)
    panel.xaxis.set_major_formatter(ScalarFormatter())
    panel.xaxis.set_minor_formatter(NullFormatter())
    if panel.get_yscale() == "log":
        panel.yaxis.set_major_formatter(PlainLog())
        panel.yaxis.set_minor_formatter(PlainLog(minor_thresholds=(2, 0.5)))


def counts(models):
    return list(dict.fromkeys(name for model in models for point in model["points"] for name in point["counts"]))


def main(file, out):
    measured = json.loads(pathlib.Path(file).read_text())
    kinds = list(dict.fromkeys(model["along"] for model in measured["models"]))
    columns = 3 + len(counts(measured["models"]))
    figure, rows = plt.subplots(len(kinds), columns, figsize=(4.7 * columns, 4.2 * len(kinds)), layout="constrained", squeeze=False)
    for along, axes in zip(kinds, rows):
        draw(measured, along, [model for model in measured["models"] if model["along"] == along], axes)
    for ending in ("svg", "png"):
        figure.savefig(f"{out}.{ending}", dpi=150)


if __name__ == "__main__":
    main(*sys.argv[1:])
