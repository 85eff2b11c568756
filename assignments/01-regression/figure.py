"""Draws experiment.json as four panels: figure.py EXPERIMENT.json OUT_WITHOUT_ENDING"""
import numpy as np

from assignments.shared.figure import main


def descent(axes, runs):
    for run, colour in zip(runs, ("C0", "C1", "C2")):
        kappa, errors = run["condition"], np.array(run["errors"])
        steps = np.arange(len(errors))
        axes.semilogy(steps[::10], errors[::10], "o", ms=3, color=colour, label=f"your descent, κ = {kappa:g}")
        axes.semilogy(steps, ((kappa - 1) / (kappa + 1)) ** steps, color="black", lw=0.8)
    axes.plot([], [], color="black", lw=0.8, label="((κ − 1)/(κ + 1))$^t$")
    axes.set(xlabel="step t", ylabel="|w$_t$ − w*| / |w$_0$ − w*|", ylim=(1e-17, 3), title="Gradient descent, best step")
    axes.legend(fontsize=7)


def weights(axes, path, truth, title):
    values = np.array(path["weights"])
    colours = iter(("C0", "C1", "C2"))
    for j, true in enumerate(truth):
        colour = next(colours) if true else "0.7"
        axes.semilogx(path["lambda"], values[:, j], color=colour, lw=1.5, zorder=2 if true else 1)
        if true:
            axes.plot(path["lambda"][0], true, "<", color=colour, clip_on=False)
    axes.axhline(0, color="black", lw=0.5)
    axes.set(xlabel="λ", ylabel="weights", title=title)


def ridge(axes, paths):
    weights(axes, paths["ridge"], paths["truth"], "Ridge: every direction shrinks")
    theory = np.array(paths["ridge"]["theory"])
    axes.plot(paths["ridge"]["lambda"], theory, "k.", ms=1.5)
    axes.plot([], [], "k.", ms=3, label="λ$_j$/(λ$_j$ + λ) of each direction")
    axes.plot([], [], color="0.7", label="not in the data")
    axes.plot([], [], "<", color="0.3", label="true weight")
    axes.legend(fontsize=7)


def lasso(axes, paths):
    weights(axes, paths["lasso"], paths["truth"], "Lasso: weights leave one by one")
    axes.axvline(paths["lasso"]["lambda_max"], color="black", ls="--", lw=0.8, label="max$_j$ |c$_j$|")
    axes.legend(fontsize=7)


def local(axes, fit):
    axes.plot(fit["x"], fit["y"], ".", ms=3, color="0.7")
    axes.plot(fit["queries"], fit["truth"], color="black", lw=0.8, label="truth")
    axes.plot(fit["queries"], fit["lines"], color="C0", label=f"your local lines, h = {fit['bandwidth']:g}")
    axes.plot(fit["queries"], fit["means"], color="C3", ls="--", lw=1, label="local means")
    axes.set(xlabel="x", ylabel="y", title="Locally linear regression")
    axes.legend(fontsize=7)


def draw(axes, data):
    descent(axes[0, 0], data["descent"])
    ridge(axes[0, 1], data["paths"])
    lasso(axes[1, 0], data["paths"])
    local(axes[1, 1], data["local"])


if __name__ == "__main__":
    main(draw)
