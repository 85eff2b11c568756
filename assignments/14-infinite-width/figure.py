"""Draws experiment.json as nine panels: figure.py EXPERIMENT.json OUT_WITHOUT_ENDING"""
import numpy as np

from assignments.shared.figure import main

BLUE, RED = "C0", "C3"


def sine(axes, data):
    axes.plot(data["x"], data["eight"], color=RED, lw=1, label="8 bumps")
    axes.plot(data["x"], data["thirty"], color=BLUE, lw=1, label="30 bumps")
    axes.plot(data["x"], np.sin(data["x"]), color="black", lw=0.8, label="sin x")
    axes.set(xlabel="x", ylabel="output", title="A sine in bumps")
    axes.legend(fontsize=7)


def bound(axes, data):
    cells = np.array(data["cells"])
    axes.plot(cells, np.pi / cells, color="black", lw=0.8, label="bound h/2 = π/M")
    axes.plot(cells, data["errors"], "o", ms=4, color=BLUE, label="largest error")
    axes.set(xscale="log", yscale="log", xlabel="cells M", ylabel="error", title="… and its error")
    axes.legend(fontsize=7)


def outputs(axes, data):
    edges = np.linspace(-5, 5, 61)
    middles = (edges[1:] + edges[:-1]) / 2
    axes.plot(middles, np.exp(-(middles**2) / 2) / np.sqrt(2 * np.pi), color="black", lw=0.8, label="Gaussian")
    for name, marker, colour, label in (("narrow", "^", RED, "N = 1"), ("wide", "o", BLUE, "N = 100")):
        counts = np.histogram(data[name], edges)[0]
        seen = counts > 0
        scale = len(data[name]) * (edges[1] - edges[0])
        axes.errorbar(middles[seen], counts[seen] / scale, np.sqrt(counts[seen]) / scale, fmt=marker, ms=3, color=colour,
                      label=label)
    axes.set(yscale="log", xlabel="output over its deviation", ylabel="density", ylim=(2e-5, 5),
             title="20,000 random networks")
    axes.legend(fontsize=7)


def kurtosis(axes, data):
    axes.plot(data["widths"], data["theory"], color="black", lw=0.8, label="15/N")
    axes.axhline(0, color="0.7", lw=0.8)
    # Of n numbers that are nearly Gaussian; at small widths the eighth moment makes it larger.
    error = np.sqrt(24 / data["networks"])
    axes.errorbar(data["widths"], data["kurtosis"], error, fmt="o", ms=4, color=BLUE, label="measured, ± √(24/n)")
    axes.set(xscale="log", xlabel="width N", ylabel="excess kurtosis", title="How far from Gaussian")
    axes.set_yscale("symlog", linthresh=0.1)
    axes.set_ylim(-0.05, 12)
    axes.legend(fontsize=7)


def concentration(axes, data):
    widths = np.array(data["widths"])
    axes.plot(widths, data["constant"] / np.sqrt(widths), color="black", lw=0.8, label="[var T/N]$^{1/2}$")
    axes.errorbar(widths, data["deviation"], data["error"], fmt="o", ms=4, color=BLUE, label="100 networks")
    axes.set(xscale="log", yscale="log", xlabel="width N", ylabel="deviation of Θ", title="The tangent kernel of a draw")
    axes.legend(fontsize=7)


def process(axes, data):
    x, mean, sigma, prior = (np.array(data[k]) for k in ("x", "mean", "deviation", "prior"))
    axes.fill_between(x, -2 * prior, 2 * prior, color="0.92", label="± 2σ before")
    axes.plot(x, np.array(data["before"]).T, color="0.7", lw=0.8)
    axes.fill_between(x, mean - 2 * sigma, mean + 2 * sigma, color=BLUE, alpha=0.25, label="± 2σ after")
    axes.plot(x, np.array(data["after"]).T, color=BLUE, lw=0.8)
    axes.plot(data["points"], data["values"], "o", ms=5, color="black", label="seen")
    axes.set(xlabel="x", ylabel="output", title="A process of three hidden layers")
    axes.legend(fontsize=7, loc="lower center")


def descent(axes, data):
    for run, colour in zip(data, (RED, BLUE)):
        t = np.array(run["times"])
        axes.plot(t, run["linearised"], color=colour, lw=0.8, label=f"N = {run['width']}, linearised")
        axes.plot(t[::20], np.array(run["network"])[::20], "o", ms=3.5, color=colour, label=f"N = {run['width']}, network")
        axes.plot(t, run["flow"], color="black", lw=0.6, ls=":")
    axes.plot([], [], color="black", lw=0.6, ls=":", label="gradient flow")
    axes.set(yscale="log", xlabel="steps × rate", ylabel="loss", title="Training, beside the linearisation")
    axes.legend(fontsize=7)


def maps(axes, data):
    axes.plot([-0.2, 1], [-0.2, 1], color="0.7", lw=0.8)
    for run, colour, name in zip(data, (BLUE, RED), ("order", "chaos")):
        label = f"{name}: σ$_w^2$ = {run['weights']:g}, χ = {run['chi']:.2f}"
        axes.plot(run["c"], run["image"], color=colour, lw=1.2, label=label)
        axes.plot(run["fixed"], run["fixed"], "o", ms=6, color=colour)
        path = np.array(run["path"])
        axes.step(path[:-1], path[1:], where="post", color=colour, lw=0.6)
    axes.set(xlabel="correlation c before a layer", ylabel="behind it", title="Two inputs, layer by layer (tanh)")
    axes.legend(fontsize=7)


def phases(axes, data):
    depth = np.minimum(np.array(data["depth"], dtype=float), 100)
    shades = axes.pcolormesh(data["weights"], data["biases"], np.log10(depth), cmap="Blues", vmin=0, vmax=2)
    axes.plot(data["critical"], data["line"], color=RED, lw=1.5, label="edge of chaos")
    axes.set(xlabel="σ$_w^2$", ylabel="σ$_b^2$", xlim=(0.75, 4), ylim=(0, 0.29), title="How deep a signal goes (tanh)")
    axes.text(1.0, 0.2, "order", fontsize=9)
    axes.text(3.3, 0.05, "chaos", fontsize=9)
    axes.legend(fontsize=7, loc="upper right")
    bar = axes.figure.colorbar(shades, ax=axes)
    bar.set_label("log$_{10}$ ξ, layers")


def draw(axes, data):
    sine(axes[0, 0], data["bumps"])
    bound(axes[0, 1], data["bumps"])
    outputs(axes[0, 2], data["limits"])
    kurtosis(axes[1, 0], data["limits"])
    concentration(axes[1, 1], data["concentration"])
    process(axes[1, 2], data["process"])
    descent(axes[2, 0], data["descent"])
    maps(axes[2, 1], data["maps"])
    phases(axes[2, 2], data["phases"])


if __name__ == "__main__":
    main(draw, panels=(3, 3), size=(14, 12))
