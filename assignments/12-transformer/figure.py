"""Draws experiment.json as eight panels: figure.py EXPERIMENT.json OUT_WITHOUT_ENDING"""
import numpy as np

from assignments.shared.figure import main

COLOURS = ("C0", "C1", "C3")


def points(axes, x, run, **style):
    axes.errorbar(x, run["mean"], run["error"], fmt="o", ms=3.5, lw=0.8, **style)


def freezing(axes, run):
    d, entropy = np.array(run["dimensions"]), np.log(run["keys"])
    fine = np.linspace(1, d.max(), 400)
    axes.axhline(entropy - 0.5, color="C0", lw=1)
    axes.plot(fine, np.maximum(entropy - fine / 2, 0), color="C3", lw=1)
    axes.axvline(2 * entropy, color="grey", lw=1, ls="--", label="d = 2 ln s")
    points(axes, d, run["scaled"], color="C0", label="scores divided by √d")
    points(axes, d, run["plain"], color="C3", label="not divided")
    axes.set(xscale="log", ylim=(-0.2, entropy), xlabel="d", ylabel="entropy of the weights, nats",
             title=f"Random queries, {run['keys']:,} keys (lines: s → ∞)")
    axes.legend(fontsize=7)


def smoother(axes, run):
    z = np.array(run["z"])
    axes.plot(run["x"], run["y"], "o", ms=3, color="black", label="data")
    axes.plot(z, np.sin(2 * z), color="grey", lw=1, ls="--", label="sin 2x")
    for curve, colour in zip(run["curves"], COLOURS):
        axes.plot(z, curve["mean"], color=colour, lw=1, label=f"width {curve['width']}")
    axes.set(xlabel="x", ylabel="y", ylim=(-1.9, 1.9), title="Attention is a kernel smoother")
    axes.legend(fontsize=7, loc="lower right", ncols=2)


def rotary(axes, run):
    distance, d = np.array(run["distances"]), run["features"]
    fine = np.concatenate([np.linspace(0, 8, 160), np.geomspace(8, distance.max(), 1500)])
    theta = 10000.0 ** (-2 * np.arange(d // 2) / d)
    axes.plot(fine + 1, np.cos(np.outer(fine, theta)).mean(1), color="black", lw=0.8, label="mean of cos δθ$_i$")
    points(axes, distance + 1, run["scores"], color="C0", label="40 vectors")
    axes.set(xscale="log", xlabel="distance δ + 1", ylabel="score / d", title=f"A rotated vector with itself, d = {d}")
    axes.legend(fontsize=7)


def nucleus(axes, runs):
    for run, colour in zip(runs, COLOURS):
        t = np.array(run["temperatures"])
        fine = np.geomspace(t.min(), t.max(), 2000)
        axes.plot(fine, np.ceil(-fine * np.log2(1 - run["p"])), color=colour, lw=1)
        axes.plot(t, run["kept"], "o", ms=3.5, color=colour, label=f"p = {run['p']}")
    axes.set(xscale="log", yscale="log", xlabel="temperature T", ylabel="tokens that stay",
             xticks=(0.25, 0.5, 1, 2, 4, 8), xticklabels=("¼", "½", "1", "2", "4", "8"),
             title="Nucleus of 2$^{-i}$ (lines: ⌈−T log$_2$(1 − p)⌉)")
    axes.minorticks_off()
    axes.legend(fontsize=7)


def costs(axes, run):
    t = np.array(run["tokens"], dtype=float)
    axes.plot(t, run["whole"], "o", ms=3.5, color="C3", label="all again at each step")
    axes.plot(t, run["cached"], "o", ms=3.5, color="C0", label="with a cache")
    n, pair = run["parameters"], 4 * run["layers"] * run["width"]  # operations of a pair of places
    fine = np.geomspace(1, t.max(), 200)
    axes.plot(fine, n * fine * (fine + 1) + pair * fine * (fine + 1) * (2 * fine + 1) / 6, color="C3", lw=1,
              label="N t(t + 1) + 4Ld Σ i²")
    axes.plot(fine, 2 * n * fine + pair * fine * (fine + 1) / 2, color="C0", lw=1, label="2N t + 4Ld Σ i")
    axes.set(xscale="log", yscale="log", xlabel="tokens t", ylabel="operations",
             title=f"Writing t tokens, GPT-2 small, N = {n:,}")
    axes.legend(fontsize=7)


def induction(axes, run):
    beta, n = np.array(run["sharpness"]), run["half"]
    right = []
    for b in beta:
        one_back = np.exp(b) / (np.exp(b) + np.arange(n))  # of place j = 1 … n, over j keys
        at = np.arange(n - 1)  # place n + at looks at the note of place at + 1
        notes = np.exp(b * one_back[at])
        right.append(np.mean(notes / (notes + n + at)))
    axes.plot(beta, right, color="black", lw=1, label="one match, other notes 0")
    points(axes, beta, run["right"], color="C0", label="your head")
    axes.set(xlabel="sharpness β", ylabel="probability of the right token", title=f"{n} random tokens, twice")
    axes.legend(fontsize=7)


def in_context(axes, runs):
    for run, colour in zip(runs, COLOURS):
        fine = np.linspace(0, 1.2, 200)
        curvature = (run["examples"] + run["d"] + 1 + run["noise"]) / run["examples"]
        axes.plot(fine, 1 - 2 * fine + curvature * fine**2, color=colour, lw=1)
        axes.axvline(run["best"], color=colour, lw=0.8, ls=":")
        points(axes, run["rates"], run["errors"], color=colour,
               label=f"{run['examples']} examples" + (f", noise {run['noise']:.0f}" if run["noise"] else ""))
    axes.set(xlabel="rate η", ylabel="error / that of w = 0", ylim=(0, 2.2), title=f"A step in context, d = {runs[0]['d']}")
    axes.legend(fontsize=7)


def reading(axes, run):
    place = np.arange(1, len(run["model"]["mean"]) + 1)
    axes.axhline(np.log(run["vocabulary"]), color="grey", lw=1, ls="--", label=f"ln {run['vocabulary']}")
    axes.axhline(run["unigram"], color="C1", lw=1, label="frequencies")
    axes.axhline(run["bigram"], color="black", lw=1, label="pairs")
    points(axes, place, run["model"], color="C0", label="your fit_text")
    axes.set(xlabel="characters read", ylabel="nats a character", title="Shakespeare, unseen part")
    axes.legend(fontsize=7, loc="upper right")


def draw(axes, data):
    freezing(axes[0, 0], data["freezing"])
    smoother(axes[0, 1], data["smoother"])
    rotary(axes[0, 2], data["rotary"])
    nucleus(axes[0, 3], data["nucleus"])
    costs(axes[1, 0], data["costs"])
    induction(axes[1, 1], data["induction"])
    in_context(axes[1, 2], data["in_context"])
    reading(axes[1, 3], data["reading"])


if __name__ == "__main__":
    main(draw, panels=(2, 4), size=(18, 7.5))
