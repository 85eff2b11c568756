"""Errors against examples, and the linear head's step and loss: figure.py NUMBERS.json OUT_WITHOUT_ENDING"""
import numpy as np

from experiments.figure import decades, main, panel_letters, points


def errors(axes, data):
    seen = np.arange(len(data["ridge"]["value"]))
    axes.plot(seen, data["ridge"]["value"], color="black", label="posterior mean (ridge, $\\lambda = \\sigma^2$)")
    points(axes, seen, data["transformer"], color="C3", label="transformer")
    points(axes, seen, data["apart"], color="C0", marker="s", ms=3, label="transformer against ridge")
    axes.set(yscale="log", xlabel="examples seen", ylabel="squared error of $w \\cdot x$ / $d$")
    axes.legend()


def step(axes, heads):
    examples = np.array(heads["examples"], float)
    axes.plot(examples, heads["step"]["theory"], color="black", label="$1/(k + d + 1 + \\sigma^2)$")
    points(axes, examples, heads["step"]["measured"], color="C3", label="diagonal of the head's matrix")
    points(axes, examples, heads["step"]["others"], color="C0", marker="s", ms=3, label="its other entries (rms)")
    axes.set(xscale="log", yscale="log", xlabel="examples $k$", ylabel="step of gradient descent")
    axes.legend()


def loss(axes, heads):
    examples = np.array(heads["examples"], float)
    axes.plot(examples, heads["loss"]["theory"], color="black", label="$1 - k/(k + d + 1 + \\sigma^2)$")
    points(axes, examples, heads["loss"]["measured"], color="C3", label="trained head of linear attention")
    axes.set(xscale="log", yscale="log", xlabel="examples $k$", ylabel="squared error of $w \\cdot x$ / $d$")
    axes.legend()


def draw(axes, data):
    errors(axes[0], data)
    step(axes[1], data["heads"])
    loss(axes[2], data["heads"])
    for each in axes[1:]:
        decades(each)
    panel_letters(axes)


if __name__ == "__main__":
    main(draw, panels=(1, 3), size=(11, 3.4))
