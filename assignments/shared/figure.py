"""The frame of an assignment's figure.py: reads the experiment's numbers, lays out panels, writes the picture."""
import json
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402


def main(draw, panels=(2, 2), size=(10, 7.5)):
    """figure.py EXPERIMENT.json OUT_WITHOUT_ENDING: draw(axes, data) fills `panels`, rows and columns of axes."""
    source, out = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        data = json.load(file)
    figure, axes = plt.subplots(*panels, figsize=size, layout="constrained")
    draw(axes, data)
    for ending in ("png", "svg"):
        figure.savefig(f"{out}.{ending}", dpi=150)
