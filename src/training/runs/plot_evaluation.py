"""Draws what a classifier says of its test part: plot_evaluation.py FILE, see classified_part.h, writes FILE with .svg and .png."""

import json
import pathlib
import sys
import textwrap

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

MOST_NUMBERS = 12
MISTAKES_A_ROW = 8
LINE = 18


def draw_confusion(axes, told):
    counts = np.array(told["confusion"])
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    names = told["classes"]
    axes.set(xlabel="said", ylabel="class", title=f"right: {counts.trace():,.0f} of {counts.sum():,.0f}")
    if len(names) > MOST_NUMBERS:
        return
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            axes.text(column, row, f"{count:.0f}", ha="center", va="center", fontsize=7, color="white" if shares[row, column] > 0.5 else "black")


def draw_calibration(axes, told):
    if "calibration" not in told:
        axes.set_axis_off()
        return
    p, right, n = (np.array([each[key] for each in told["calibration"]]) for key in ("probability", "right", "examples"))
    # Of a share s of n: √(s(1 - s)/n), with one success and one failure more so that no bin is certain.
    s = (right * n + 1) / (n + 2)
    axes.plot([0, 1], [0, 1], color="0.5", linestyle="--", label="calibrated")
    axes.errorbar(p, right, np.sqrt(s * (1 - s) / n), fmt="o", markersize=4, color="C1", label="measured")
    axes.set(xlabel="probability of what is said", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1), aspect="equal",
             title=f"calibration error {told['calibration_error']:.3f}")
    axes.legend(loc="upper left")
    axes.grid(alpha=0.3)


def picture(image):
    """[channel][row][column] to what imshow takes, the brightest 1 and the darkest 0."""
    pixels = np.moveaxis(np.array(image, float), 0, -1)
    low, high = pixels.min(), pixels.max()
    pixels = (pixels - low) / (high - low) if high > low else np.zeros_like(pixels)
    return pixels if pixels.shape[-1] == 3 else pixels[..., 0]


def draw_mistakes(figure, told):
    mistakes = [each for each in told["mistakes"] if "image" in each]
    if not mistakes:
        figure.text(0.5, 0.5, "no mistakes" if not told["mistakes"] else "", ha="center")
        return
    names = told["classes"]
    rows = -(-len(mistakes) // MISTAKES_A_ROW)
    for axes, mistake in zip(figure.subplots(rows, MISTAKES_A_ROW, squeeze=False).flat, mistakes):
        axes.imshow(picture(mistake["image"]), cmap="gray")
        p = f", p\u00a0=\u00a0{mistake['probability_of_said']:.2f}" if "probability_of_said" in mistake else ""
        lines = [names[mistake["class"]], "said " + names[mistake["said"]] + p]
        text = "\n".join(textwrap.fill(line, LINE) for line in lines)
        axes.set_title(text, fontsize=6, color="0.2")
    for axes in figure.axes:
        axes.set_axis_off()
    figure.suptitle("the worst mistakes, what is right least probable first", fontsize=10)


def draw_filters(figure, told):
    filters = told.get("filters", [])
    if not filters:
        return
    columns = int(np.ceil(np.sqrt(len(filters))))
    for axes, each in zip(figure.subplots(-(-len(filters) // columns), columns, squeeze=False).flat, filters):
        axes.imshow(picture(each), cmap="gray", interpolation="nearest")
    for axes in figure.axes:
        axes.set_axis_off()
    figure.suptitle("filters of the first layer", fontsize=10)


def main(file):
    told = json.loads(file.read_text())
    figure = plt.figure(figsize=(11, 9.5), layout="constrained")
    figure.suptitle(told["title"])
    upper, lower = figure.subfigures(2, 1, height_ratios=(1, 1))
    left, right = upper.subplots(1, 2)
    draw_confusion(left, told)
    draw_calibration(right, told)
    mistakes, filters = lower.subfigures(1, 2, width_ratios=(2, 1))
    draw_mistakes(mistakes, told)
    draw_filters(filters, told)
    for kind in ("svg", "png"):
        figure.savefig(file.with_suffix(f".{kind}"), dpi=150)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
