"""Draws experiment.json as eight panels, seven without the public Ising set: figure.py EXPERIMENT.json OUT"""
from math import erf, sqrt

import numpy as np

from assignments.shared.figure import main

PHI = np.vectorize(lambda x: (1 + erf(x / sqrt(2))) / 2)
CRITICAL = 2 / np.log(1 + np.sqrt(2))


def planes(axes, runs):
    delta = np.linspace(0.3, 4.2, 200)
    axes.semilogy(delta, PHI(-delta / 2), color="black", lw=0.8, label="Φ(−Δ/2), the Bayes error")
    for i, (name, label) in enumerate((("logistic", "logistic"), ("means", "estimated Gaussians"), ("perceptron", "perceptron"))):
        axes.errorbar(np.array(runs["delta"]) + 0.03 * (i - 1), runs[name]["mean"], runs[name]["error"], fmt="o", ms=3,
                      color=f"C{i}", label=label)
    axes.set(xlabel="distance of the means Δ", ylabel="error", title="Planes learnt from 100 points in 5 dimensions")
    axes.legend(fontsize=7)


def novikoff(axes, runs):
    gamma, mistakes = np.array(runs["gamma"]), np.array(runs["mistakes"])
    axes.loglog(gamma, runs["bound"], color="black", lw=0.8, label="Novikoff's bound R²/γ²")
    axes.loglog(np.repeat(gamma, mistakes.shape[1]), mistakes.ravel(), ".", ms=3, alpha=0.5, color="C2",
                label="your perceptron, 20 orders of the rows")
    axes.set(xlabel="margin γ", ylabel="mistakes", title="The perceptron's mistakes")
    axes.legend(fontsize=7)


def flow(time, gamma, points):
    """z of z + exp z = 1 + 2 γ² t / n, by Newton's method on one number."""
    right = 1 + 2 * gamma**2 * time / points
    z = np.log(right)
    for _ in range(50):
        z = z - (z + np.exp(z) - right) / (1 + np.exp(z))
    return z


def separable(axes, run):
    time, gamma = np.array(run["time"]), run["gamma"]
    axes.semilogx(time, flow(time, gamma, run["points"]) / gamma, color="black", lw=0.8, label="two support vectors alone")
    axes.semilogx(time, run["length"], "o", ms=3, color="C0", label="length of (w, b), your gradient")
    axes.set(xlabel="step size · steps", ylabel="length of (w, b)", title=f"Separable points: slope 1/γ = {1 / gamma:.2f} in ln t")
    other = axes.twinx()
    other.semilogx(time, run["angle"], "x", ms=3, color="C3")
    other.set_ylabel("angle to the hard margin's normal, degrees", color="C3")
    other.set_ylim(0, None)
    axes.plot([], [], "x", ms=3, color="C3", label="angle")
    axes.legend(fontsize=7, loc="upper center")


def calibration(axes, runs):
    axes.plot([0, 1], [0, 1], color="0.6", ls=":", lw=1, label="what is said comes true")
    for i, run in enumerate(runs):
        counts, fraction = np.array(run["counts"]), np.array(run["fraction"])
        seen = counts > 0
        error = np.sqrt(np.maximum(fraction * (1 - fraction), 1 / np.maximum(counts, 1)) / np.maximum(counts, 1))
        axes.plot(run["said"], run["theory"], color="black", lw=0.8)
        axes.errorbar(np.array(run["mean"])[seen], fraction[seen], error[seen], fmt="o", ms=3, color=f"C{i}",
                      label=f"λ = {run['lambda']:g}: calibration error {run['error']:.3f}")
    axes.plot([], [], color="black", lw=0.8, label="exact for this plane")
    axes.set(xlabel="probability that is said", ylabel="fraction of 1s", title="60 points in 10 dimensions, Δ = 2")
    axes.legend(fontsize=7)


def curves(axes, runs):
    threshold = np.linspace(-5, 8, 500)
    for i, run in enumerate(runs):
        axes.plot(PHI(-threshold), PHI(run["delta"] - threshold), color="black", lw=0.8)
        axes.plot(run["x"], run["y"], ".", ms=2, color=f"C{i}",
                  label=f"Δ = {run['delta']:g}: area {run['area']:.3f}, Φ(Δ/√2) = {run['theory']:.3f}")
    axes.plot([], [], color="black", lw=0.8, label="Φ(Δ + Φ$^{-1}$(x))")
    axes.set(xlabel="false positive rate", ylabel="true positive rate", title="300 scores of two Gaussians")
    axes.legend(fontsize=7, loc="lower right")


def neighbours(axes, run):
    axes.axhline(run["bayes"], color="black", lw=0.8, label="Bayes error")
    axes.axhline(run["nearest"], color="black", lw=0.8, ls="--", label="mean of 2p(1 − p): one neighbour, n → ∞")
    axes.axhline(0.5, color="0.6", lw=1, ls=":", label="guessing")
    axes.errorbar(run["k"], run["errors"]["mean"], run["errors"]["error"], fmt="o", ms=3, color="C0", label="k-NN by 600 points")
    axes.set_xscale("log")
    axes.set(xlabel="k", ylabel="error", title="Neighbours on two circles")
    axes.legend(fontsize=7)


def phases(axes, run):
    temperature = np.array(run["temperature"])
    for name, colour, label in (("two", "C0", "|m| and e"), ("spins", "C3", "256 spins")):
        right = np.array(run[name])
        error = np.sqrt(np.maximum(right * (1 - right), 1 / run["samples"]) / run["samples"])
        axes.errorbar(temperature, right, error, fmt="o", ms=3, color=colour, label=f"{label}: mean {right.mean():.3f}")
    axes.axvline(CRITICAL, color="black", lw=0.8, label="critical temperature")
    ordered = np.mean(temperature < CRITICAL)
    bound = 1 - min(ordered, 1 - ordered) / 2
    axes.axhline(bound, color="0.6", lw=1, ls=":", label=f"no plane in the spins has a mean above {bound:.2f}")
    axes.set(xlabel="temperature, J/k", ylabel="accuracy", ylim=(0, 1.05), title="Ising states, 16 × 16")
    axes.legend(fontsize=7, loc="lower left")


def published(axes, runs):
    axes.set_xscale("log")
    for part, colour, value in (("train", "C1", 0.7273), ("test", "C3", 0.6924), ("critical", "C4", 0.6228)):
        right = np.array(runs["spins"][part])
        error = np.sqrt(right * (1 - right) / (runs["sizes"] if part == "train" else 1500))
        axes.errorbar(runs["sizes"], right, error, fmt="o", ms=5, mfc="none", color=colour, label=f"1,600 spins: {part}")
        axes.semilogx([65000], [value], "*", ms=7, color=colour)
    axes.semilogx(runs["sizes"], runs["two"]["test"], "s", ms=3, color="C0", label="|m| and e: test")
    axes.semilogx(runs["sizes"], runs["two"]["critical"], "s", ms=3, color="C0", mfc="none", label="|m| and e: critical")
    axes.plot([], [], "*", color="0.4", ls="", label="published")
    axes.axhline(10 / 13, color="black", lw=0.8, label="10/13: no plane gets more of the test")
    axes.set(xlabel="states that are learnt", ylabel="accuracy", ylim=(0.4, 1.02), title="The public Ising set, 40 × 40")
    axes.legend(fontsize=6.5)


def draw(axes, data):
    planes(axes[0, 0], data["planes"])
    novikoff(axes[0, 1], data["novikoff"])
    separable(axes[0, 2], data["separable"])
    calibration(axes[0, 3], data["calibration"])
    curves(axes[1, 0], data["roc"])
    neighbours(axes[1, 1], data["neighbours"])
    phases(axes[1, 2], data["phases"])
    if "published" in data:
        published(axes[1, 3], data["published"])
    else:
        axes[1, 3].set_axis_off()


if __name__ == "__main__":
    main(draw, panels=(2, 4), size=(19, 8))
