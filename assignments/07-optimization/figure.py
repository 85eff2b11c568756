"""Draws experiment.json as six panels: figure.py EXPERIMENT.json OUT_WITHOUT_ENDING"""
import numpy as np

from assignments.shared.figure import main

COLOURS = {"descent": "C0", "heavy_ball": "C1", "nesterov": "C2", "conjugate": "C4", "adam": "C2", "newton": "C3",
           "bfgs": "C4"}
NAMES = {"descent": "gradient descent", "heavy_ball": "heavy ball", "nesterov": "Nesterov", "adam": "Adam",
         "newton": "Newton", "bfgs": "BFGS", "conjugate": "conjugate gradients"}


def quadratic(axes, runs):
    root = np.sqrt(runs["condition"])
    r = (root - 1) / (root + 1)
    steps = np.arange(301)
    slow, fast = (1 + (1 - r) * steps) * r**steps, (1 + (1 + r) * steps) * r**steps
    theory = {
        "descent": ((root**2 - 1) / (root**2 + 1)) ** steps,
        "heavy_ball": np.sqrt((slow**2 + fast**2) / 2),
        "nesterov": (1 + steps / root) * (1 - 1 / root) ** steps / np.sqrt(2),
    }
    for name in ("descent", "heavy_ball", "nesterov", "conjugate"):
        errors = np.array(runs[name])
        every = slice(None, None, 8 if name in theory else 3)
        axes.semilogy(np.arange(len(errors))[every], errors[every], "o", ms=3, color=COLOURS[name], label=NAMES[name])
        if name in theory:
            axes.semilogy(steps, theory[name], color="black", lw=0.8)
    axes.plot([], [], color="black", lw=0.8, label="exact")
    axes.set(xlabel="step t", ylabel="|x$_t$ − x*| / |x$_0$ − x*|", ylim=(1e-15, 1e5),
             title=f"A quadratic, κ = {runs['condition']:g}")
    axes.legend(fontsize=7, loc="upper right", ncols=2)


def valley(axes, runs):
    x, y = np.meshgrid(np.linspace(-1.6, 1.5, 300), np.linspace(-0.6, 1.7, 300))
    f = 100 * (y - x**2) ** 2 + (1 - x) ** 2
    axes.contour(x, y, np.log10(f + 1e-3), levels=np.linspace(-2, 3, 11), colors="0.8", linewidths=0.6)
    for name, run in runs.items():
        marker = "o-" if name in ("newton", "bfgs") else "-"
        axes.plot(run["first"], run["second"], marker, ms=2.5, lw=1, color=COLOURS[name], label=NAMES[name])
    axes.plot(1, 1, "k*")
    axes.set(xlim=(-1.6, 1.5), ylim=(-0.6, 1.7), xlabel="x$_1$", ylabel="x$_2$", title="Rosenbrock's valley")
    axes.legend(fontsize=7, loc="lower left")


def values(axes, runs):
    for name, run in runs.items():
        axes.loglog(np.arange(1, len(run["values"]) + 1), np.maximum(run["values"], 1e-20), color=COLOURS[name],
                    label=NAMES[name])
    axes.set(xlabel="step + 1", ylabel="f", ylim=(1e-20, 1e4), title="The way down the valley")
    axes.legend(fontsize=7, loc="lower right")


def noise(axes, runs):
    axes.loglog(runs["step"], runs["replaced"], "o", ms=4, color="C0", label="your SGD, with replacement")
    axes.loglog(runs["step"], runs["shuffled"], "s", ms=4, color="C1", label="your SGD, shuffled")
    steps = np.linspace(0.02, 1.85, 400)
    axes.loglog(steps, steps / 2 / (2 - steps), color="black", lw=0.8, label="η/(B λ(2 − ηλ)), λ = 1, B = 2")
    axes.loglog(runs["step"], runs["theory"], "k.", ms=3, label="your stationary covariance")
    axes.loglog(steps, steps / 4, color="0.6", ls="--", lw=0.8, label="η/(2Bλ)")
    axes.set(xlabel="step η", ylabel="variance / variance of a point", title="SGD does not come to rest")
    axes.legend(fontsize=7)


def batches(axes, runs):
    n, sizes = runs["points"], np.array(runs["batch"])
    line = np.linspace(1, n - 1, 400)
    axes.loglog(sizes, runs["replaced"], "o", ms=4, color="C0", label="Σ/Σ$_1$ of your batches, with replacement")
    axes.loglog(line, 1 / line, color="C0", lw=0.8, label="1/B")
    axes.loglog(sizes, runs["shuffled"], "s", ms=4, color="C1", label="shuffled")
    axes.loglog(line, (n - line) / (n - 1) / line, color="C1", lw=0.8, label="(n − B)/((n − 1)B)")
    axes.loglog(sizes, -np.array(runs["correlation"]), "^", ms=4, color="C2", label="−correlation of neighbours, shuffled")
    axes.loglog(line, line / (n - line), color="C2", lw=0.8, label="B/(n − B)")
    axes.set(xlabel="batch B", ylim=(5e-3, 60), title=f"Noise of a batch, n = {n}")
    axes.legend(fontsize=7, loc="upper left")


def curvature(axes, runs):
    values = np.array(runs["curvature"])

    def measured(name, marker, colour, label, fill="full"):
        axes.errorbar(values, runs[name]["mean"], runs[name]["error"], fmt=marker, ms=4, color=colour, fillstyle=fill,
                      label=label)

    measured("noise", "^", "C2", "Σ$_{jj}$/σ² of a point")
    axes.plot(values, values, color="C2", lw=0.8, label="λ$_j$")
    measured("replaced", "o", "C0", "2B C$_{jj}$/(ησ²), with replacement")
    axes.plot(values, runs["theory_replaced"], color="C0", lw=0.8, label="your stationary covariance")
    measured("shuffled", "s", "C1", "shuffled, after an epoch", fill="none")
    measured("frozen", "s", "C1", "the same with the noise and H of the minimum")
    axes.plot(values, runs["theory_shuffled"], color="C1", lw=0.8, label="section 8, shuffled")
    axes.set(xscale="log", yscale="log", xlabel="curvature λ$_j$", ylim=(1e-7, 9), title="Least squares: noise and what it leaves")
    axes.legend(fontsize=7, loc="lower right")


def draw(axes, data):
    quadratic(axes[0, 0], data["quadratic"])
    valley(axes[0, 1], data["rosenbrock"])
    values(axes[0, 2], data["rosenbrock"])
    noise(axes[1, 0], data["noise"])
    batches(axes[1, 1], data["batches"])
    curvature(axes[1, 2], data["curvature"])


if __name__ == "__main__":
    main(draw, panels=(2, 3), size=(14, 7.5))
