"""Draws experiment.json as four panels, six with California housing: figure.py EXPERIMENT.json OUT_WITHOUT_ENDING"""
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


def houses(axes, runs):
    for name, colour, features in (("raw", "C3", "as in the file"), ("standardised", "C0", "standardised")):
        run = runs[name]
        label = f"{features}, κ = {run['condition']:.2g}"
        axes.loglog(runs["steps"], np.array(run["held_out"]) / 1e3, "o", ms=3, color=colour, label=f"{label}: held out")
        axes.loglog(runs["steps"], np.array(run["train"]) / 1e3, "x", ms=4, color=colour, label="training")
        axes.loglog(runs["steps"], np.array(run["theory"]) / 1e3, color="black", lw=0.8)
    axes.plot([], [], color="black", lw=0.8, label="(L(w*) + what each direction has left)$^{1/2}$")
    axes.axhline(runs["mean_price"] / 1e3, color="0.5", ls=":", lw=1, label="the mean price for every house")
    ticks = (70, 100, 150, 200)
    axes.set_yticks(ticks, [f"{tick}" for tick in ticks])
    axes.yaxis.minorticks_off()
    axes.set(xlabel="step t", ylabel="root mean square error, 1,000 USD", title="Houses: descent at the best step")
    axes.legend(fontsize=7)


def prices(axes, run):
    paid, predicted = np.array(run["paid"]) / 1e3, np.array(run["predicted"]) / 1e3
    axes.plot(paid, predicted, ".", ms=3, alpha=0.5, color="C0", label="block groups that were held out")
    axes.plot([0, 500], [0, 500], color="black", lw=0.8, label="as paid")
    axes.set(xlabel="median value, 1,000 USD", ylabel="your prediction", title="Houses: after 1,000 steps")
    axes.legend(fontsize=7)


def draw(axes, data):
    descent(axes[0, 0], data["descent"])
    ridge(axes[0, 1], data["paths"])
    lasso(axes[0, 2], data["paths"])
    local(axes[1, 0], data["local"])
    if "houses" in data:
        houses(axes[1, 1], data["houses"])
        prices(axes[1, 2], data["houses"]["standardised"])
    else:
        axes[1, 1].set_axis_off()
        axes[1, 2].set_axis_off()


if __name__ == "__main__":
    main(draw, panels=(2, 3), size=(14, 7.5))
