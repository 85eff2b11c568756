"""Draws experiment.json as six panels: figure.py EXPERIMENT.json OUT_WITHOUT_ENDING"""
import numpy as np

from assignments.shared.figure import main

COLOURS = ("C0", "C1", "C3", "C2")


def points(axes, x, run, every=1, **style):
    axes.errorbar(x[::every], np.array(run["mean"])[::every], np.array(run["error"])[::every], fmt="o", ms=3.5, lw=0.8,
                  **style)


def radii(axes, data):
    t = np.arange(data["steps"] + 1)
    for run, colour in zip(data["runs"], COLOURS):
        axes.plot(t, t * np.log10(run["radius"]), color=colour, lw=1)
        points(axes, t, run["norms"], every=8, color=colour, label=f"ρ = {run['radius']}")
    axes.set(xlabel="steps back t", ylabel="log$_{10}$ |(Uᵀ)ᵗ g| / |g|",
             title=f"{data['matrices']} random matrices, {data['units']} units (lines: ρᵗ)")
    axes.legend(fontsize=7)


def hump(axes, data):
    a = data["a"]
    fine = np.linspace(0, 60, 400)
    for run, colour in zip(data["runs"], COLOURS):
        off = fine * a ** (fine - 1) * run["b"]
        axes.plot(fine, (off + np.sqrt(off**2 + 4 * a ** (2 * fine))) / 2, color=colour, lw=1)
        axes.plot(np.arange(61)[::3], run["gains"][::3], "o", ms=3.5, color=colour, label=f"b = {run['b']}")
    axes.set(yscale="log", xlabel="steps t", ylabel="gain: largest |Uᵗ v|", title="((a, b), (0, a)), a = ρ = 0.9")
    axes.legend(fontsize=7)


def forgetting(axes, data):
    t = np.array(data["steps"])
    fine = np.geomspace(1, t.max(), 200)
    for run, colour in zip(data["runs"], COLOURS):
        axes.plot(fine, -fine * np.log10(1 + np.exp(-run["bias"])), color=colour, lw=1)
        points(axes, t, run["norms"], color=colour, label=f"forget bias {run['bias']:.0f}")
    axes.set(xscale="log", xlabel="steps back t", ylabel="log$_{10}$ of what is left of a gradient", ylim=(-12, 1),
             title="LSTM, small weights (lines: σ(b)ᵗ)")
    axes.legend(fontsize=7, loc="lower left")


def truncation(axes, data):
    contexts, steps = np.array(data["contexts"]), data["steps"]
    fine = np.geomspace(1, steps, 200)
    for run, colour in zip(data["runs"], COLOURS):
        u = run["u"]
        axes.plot(fine, (1 - u**fine) / (1 - u**steps), color=colour, lw=1)
        axes.plot(contexts, run["parts"], "o", ms=3.5, color=colour, label=f"u = {u}")
    axes.set(xscale="log", xlabel="context C", ylabel="part of the gradient", ylim=(0, 1.05),
             title=f"Truncation, last of {steps} steps (lines: 1 − u$^C$)")
    axes.legend(fontsize=7)


def sampling(axes, data):
    t, p, n = np.array(data["temperatures"]), np.array(data["probabilities"]), data["count"]
    fine = np.geomspace(t.min(), t.max(), 200)
    powers = p[:, None] ** (1 / fine)
    for number, colour in zip(range(len(p)), COLOURS):
        drawn = np.array(data["drawn"][number])
        axes.plot(fine, powers[number] / powers.sum(0), color=colour, lw=1)
        axes.errorbar(t, drawn, np.sqrt(drawn * (1 - drawn) / n), fmt="o", ms=3.5, lw=0.8, color=colour,
                      label=f"p = {p[number]}")
    axes.set(xscale="log", xlabel="temperature T", ylabel="frequency", xticks=(0.125, 0.25, 0.5, 1, 2, 4, 8),
             xticklabels=("⅛", "¼", "½", "1", "2", "4", "8"), title=f"{n} tokens drawn (lines: p$^{{1/T}}$/Z)")
    axes.minorticks_off()
    axes.legend(fontsize=7)


def reading(axes, data):
    place = np.arange(1, len(data["model"]["mean"]) + 1)
    axes.axhline(np.log(data["vocabulary"]), color="grey", lw=1, ls="--", label=f"ln {data['vocabulary']}")
    for loss, name, colour in zip(data["ngrams"], ("frequencies", "bigram", "trigram"), ("C1", "black", "C3")):
        axes.axhline(loss, color=colour, lw=1, label=f"{name} {loss:.2f}")
    mean = np.mean(data["model"]["mean"][4:])
    points(axes, place, data["model"], every=2, color="C0", label=f"your fit_text {mean:.2f}")
    axes.set(xlabel="characters read", ylabel="nats a character", title="Shakespeare, unseen part")
    axes.legend(fontsize=7, loc="upper right")


def draw(axes, data):
    radii(axes[0, 0], data["radii"])
    hump(axes[0, 1], data["hump"])
    forgetting(axes[0, 2], data["forgetting"])
    truncation(axes[1, 0], data["truncation"])
    sampling(axes[1, 1], data["sampling"])
    reading(axes[1, 2], data["reading"])


if __name__ == "__main__":
    main(draw, panels=(2, 3), size=(14, 7.5))
