"""Draws experiment.json as nine panels, the last with MNIST only: figure.py EXPERIMENT.json OUT_WITHOUT_ENDING"""
import numpy as np

from assignments.shared.figure import main


def scatter(axes, data, alpha):
    x, y, alpha = np.array(data["points"]), np.array(data["signs"]), np.array(data[alpha])
    for sign, colour in ((1, "C0"), (-1, "C3")):
        axes.plot(*x[y == sign].T, ".", ms=5, color=colour)
    axes.plot(*x[alpha > 0].T, "o", ms=8, mfc="none", mec="0.3", mew=0.8, label="support vectors")


def street(axes, data):
    scatter(axes, data, "alpha")
    (a, b), c = data["plane"][:2], data["plane"][2]
    y = np.array([-4.5, 4.5])
    for level, style in ((0, "-"), (1, "--"), (-1, "--")):
        axes.plot((level - c - b * y) / a, y, color="black", ls=style, lw=0.9, label="F = 0, ±1" if level == 0 else None)
    axes.set(xlim=(-4.5, 4.5), ylim=(-4.5, 4.5), aspect="equal", title="A street, C = 1")
    axes.legend(fontsize=7)


def curved(axes, data):
    scatter(axes, data, "curved_alpha")
    side = len(data["axis"])
    axes.contour(data["axis"], data["axis"], np.array(data["curved"]).reshape(side, side), [-1, 0, 1], colors="black",
                 linestyles=["--", "-", "--"], linewidths=0.9)
    axes.set(aspect="equal", title="A Gaussian kernel, ℓ = 1, C = 3")
    axes.legend(fontsize=7)


def cooling(axes, data):
    t = np.array(data["t"])
    axes.loglog(t, data["gap"], "o", ms=4, label="your centres")
    axes.loglog(t, data["points"] / t, color="black", lw=0.8, label="n/t")
    axes.set(xlabel="t", ylabel="½‖w‖² above its least", title="Cooling")
    axes.legend(fontsize=7)


def descent(axes, data):
    T = np.array(data["steps"])
    axes.errorbar(T, np.array(data["mean"]) - data["best"], data["error"], fmt="o", ms=4, label="your Pegasos")
    axes.plot(T, data["scale"] * (1 + np.log(T)) / T, color="black", lw=0.8, label="bound on the mean regret")
    axes.set(xscale="log", yscale="log", xlabel="steps", ylabel="objective above the best seen", title="Pegasos")
    axes.legend(fontsize=7)


def sequential(axes, data):
    axes.plot(np.maximum(data["random"], 1e-12), lw=0.9, color="0.5", label="random pairs")
    for name, marker, label in (("maximal", "o", "maximal violating"), ("second", "s", "second order")):
        axes.plot(data[name]["steps"], np.maximum(data[name]["above"], 1e-12), marker, ms=3.5, label=label)
    axes.set(yscale="log", ylim=(1e-9, None), xlabel="steps", ylabel="f above its minimum", title="SMO, n = 80, C = 10")
    axes.legend(fontsize=7)


def steps(axes, data):
    axes.loglog(data["C"], data["steps_one"], "o", ms=4, label="maximal violating")
    axes.loglog(data["C"], data["steps_two"], "s", ms=4, label="second order")
    axes.set(xlabel="C", ylabel="steps to a violation of 10⁻³", title="Steps")
    axes.legend(fontsize=7)


def left_out(axes, data):
    shift = np.array(data["shift"])
    axes.errorbar(shift, data["errors"], data["error"], fmt="o", ms=4, label="leave-one-out errors")
    axes.plot(shift, data["support"], "k-", lw=0.8, label="support vectors (bound)")
    from math import erfc
    axes.plot(shift, [erfc(s / 2**0.5) / 2 for s in shift], "k--", lw=0.8, label="best possible rule")
    axes.set(xlabel="half of the distance of the clouds", ylabel="fraction", title="Leave one out, n = 40")
    axes.legend(fontsize=7)


def tube(axes, data):
    at, F, beta = np.array(data["at"]), np.array(data["F"]), np.array(data["beta"])
    x, z = np.array(data["x"]), np.array(data["z"])
    axes.fill_between(at, F - 0.2, F + 0.2, color="C0", alpha=0.15, label="the tube")
    axes.plot(at, F, color="C0", label="your F")
    axes.plot(at, np.sin(at), color="black", lw=0.8, label="truth")
    axes.plot(x[beta == 0], z[beta == 0], ".", color="0.6")
    axes.plot(x[beta != 0], z[beta != 0], ".", color="C3", label="support vectors")
    axes.set(xlabel="x", title="A tube, ε = 0.2")
    axes.legend(fontsize=7)


def digits(axes, data):
    axes.errorbar(data["C"], data["errors"], data["error"], fmt="o", ms=4, label="1,000 new digits")
    axes.set(xscale="log", xlabel="C", ylabel="errors", ylim=(0, None), title="Fours and nines, 300 learnt")
    axes.legend(fontsize=7)


def draw(axes, data):
    for panel, part, name in zip(axes.flat, (street, curved, cooling, descent, sequential, steps, left_out, tube),
                                 ("street", "street", "cooling", "descent", "sequential", "sequential", "left_out", "tube")):
        part(panel, data[name])
    if "digits" in data:
        digits(axes.flat[8], data["digits"])
    else:
        axes.flat[8].axis("off")


if __name__ == "__main__":
    main(draw, panels=(3, 3), size=(13, 12))
