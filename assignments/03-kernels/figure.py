"""Draws experiment.json as six panels, nine with the temperatures: figure.py EXPERIMENT.json OUT_WITHOUT_ENDING"""
import numpy as np

from assignments.shared.figure import main

BLUE, RED = "C0", "C3"


def points(axes, x, run, marker, colour, label, **more):
    axes.errorbar(x, run["mean"], run["error"], fmt=marker, ms=4, color=colour, label=label, **more)


def circles(axes, data):
    x, classes = np.array(data["points"]), np.array(data["classes"])
    side = len(data["axis"])
    for k, colour in ((0, BLUE), (1, RED)):
        axes.plot(*x[classes == k].T, ".", ms=4, color=colour)
    for name, colour, style, label in (("fit", "black", "-", "your kernel ridge"), ("bayes", "0.5", "--", "best possible rule")):
        axes.contour(data["axis"], data["axis"], np.array(data[name]).reshape(side, side), [0], colors=colour, linestyles=style)
        axes.plot([], [], color=colour, ls=style, label=label)
    axes.set(xlabel="x", ylabel="y", xlim=(-3, 3), ylim=(-3, 3), aspect="equal", title="Circles")
    axes.legend(fontsize=7, loc="upper right")


def images(axes, data):
    phi, classes = np.array(data["images"]), np.array(data["classes"])
    for k, colour in ((0, BLUE), (1, RED)):
        axes.plot(phi[classes == k][:, 0], phi[classes == k][:, 2], ".", ms=4, color=colour)
    centre = np.array(data["bayes"]).reshape(len(data["axis"]), -1)[len(data["axis"]) // 2]
    axis = np.array(data["axis"])
    right = axis > 0
    radius = np.interp(0, centre[right], axis[right])
    axes.plot([0, radius**2], [radius**2, 0], color="0.5", ls="--", label=f"φ$_1$ + φ$_3$ = {radius:.2f}²")
    axes.set(xlabel="φ$_1$ = x²", ylabel="φ$_3$ = y²", xlim=(-0.1, 6), ylim=(-0.1, 6), aspect="equal", title="After your map")
    axes.legend(fontsize=7)


def degrees(axes, data):
    n, degree = data["points"], np.arange(len(data["train"]["mean"]))
    points(axes, degree, data["train"], "o", BLUE, "points of the fit")
    points(axes, degree, data["same"], "s", "C1", "new noise, same x")
    points(axes, degree, data["between"], "^", RED, "new points")
    axes.plot(degree, 1 - (degree + 1) / n, color="black", lw=0.8, label="1 ∓ (p + 1)/n")
    axes.plot(degree, 1 + (degree + 1) / n, color="black", lw=0.8)
    axes.set(yscale="log", xlabel="degree p", ylabel="mean squared error / σ²", ylim=(0.03, 3e3),
             title=f"A sine by polynomials, n = {n}")
    axes.legend(fontsize=7, loc="upper center")


def widths(axes, data):
    width = data["width"]
    points(axes, width, data["train"], "o", BLUE, "points of the fit")
    points(axes, width, data["left_out"], "s", "C1", "left out, one by one")
    points(axes, width, data["fresh"], "^", RED, "new points")
    axes.axhline(1, color="black", lw=0.8, label="noise")
    axes.set(xscale="log", yscale="log", xlabel="width ℓ", ylabel="mean squared error / σ²", ylim=(0.03, 12),
             title="A sine by kernel ridge")
    axes.legend(fontsize=7, loc="upper center")
    right = axes.twinx()
    right.plot(width, data["freedom"]["mean"], color="0.6", lw=1)
    right.set_ylabel("degrees of freedom", color="0.5")
    right.set(ylim=(0, data["points"]))


def fourier(axes, data):
    D = np.array([3.0, 5000.0])
    curves = (("gauss", "o", BLUE, "Gauss, δ = ℓ", np.exp(-0.5), np.exp(-2)),
              ("near", "s", "C1", "Gauss, δ = ℓ/4", np.exp(-1 / 32), np.exp(-1 / 8)),
              ("laplace", "^", "C2", "Laplace, δ = ℓ/2", np.exp(-0.5), np.exp(-1)))
    for name, marker, colour, label, k, k2 in curves:
        run = data[name]
        axes.errorbar(run["features"], run["rms"], run["error"], fmt=marker, ms=4, color=colour, label=label)
        axes.plot(D, np.sqrt((1 + k2 - 2 * k**2) / D), color="black", lw=0.8)
    axes.plot([], [], color="black", lw=0.8, label="[(1 + k(2δ) − 2k(δ)²)/D]$^{1/2}$")
    axes.set(xscale="log", yscale="log", xlabel="features D", ylabel="error of k(δ)", title="Random Fourier features")
    axes.legend(fontsize=7)


def mercer(axes, data):
    for curve, colour in zip(data, (RED, BLUE, "C2")):
        k = np.arange(len(curve["nodes"]))
        b = 1 / (2 * curve["width"] ** 2)
        B = b / (0.25 + b + np.sqrt(1 / 16 + b / 2))
        axes.plot(k, (1 - B) * B**k, color="black", lw=0.8)
        axes.plot(k, curve["nodes"], "o", ms=4, color=colour, label=f"ℓ = {curve['width']:g}, 40 nodes")
        mean, error = np.array(curve["samples"]["mean"]), np.array(curve["samples"]["error"])
        axes.errorbar(k, mean, error, fmt="x", ms=4, color=colour, alpha=0.6)
    axes.plot([], [], "x", color="0.4", label="samples of 300")
    axes.plot([], [], color="black", lw=0.8, label="(1 − B) B$^j$")
    axes.set(yscale="log", xlabel="j", ylabel="λ$_j$", ylim=(1e-15, 2), title="Mercer's spectrum under N(0, 1)")
    axes.legend(fontsize=7, loc="lower left")


def stretch(axes, data):
    days = np.array(data["days"])
    part = (days >= 335) & (days < 410)
    axes.plot(days[part], np.array(data["measured"])[part], "o", ms=3, color="0.4", label="measured")
    axes.plot(days[part], np.array(data["forecast"])[part], color=BLUE, lw=1.2, label="your forecast")
    axes.plot(days[part], np.array(data["season"])[part], color=RED, lw=0.8, ls="--", label="two harmonics")
    axes.set(xlabel=f"days after {data['first']}", ylabel="lowest temperature, °C", title="Melbourne, a summer that was held out")
    axes.legend(fontsize=7)


def responses(axes, data):
    for run, colour, label in zip(data["responses"], (RED, BLUE), ("January", "July")):
        axes.plot(run["before"], run["after"], ".", ms=2.5, color=colour, alpha=0.35)
        seen = (np.array(run["yesterday"]) >= np.quantile(run["before"], 0.01)) & (
            np.array(run["yesterday"]) <= np.quantile(run["before"], 0.99))
        axes.plot(np.array(run["yesterday"])[seen], np.array(run["forecast"])[seen], color=colour, lw=2,
                  label=f"your forecast, mid {label}")
    axes.plot([0, 26], [0, 26], color="black", lw=0.8, label="persistence")
    axes.set(xlabel="yesterday, °C", ylabel="today, °C", xlim=(0, 26), ylim=(0, 26), title="What a warm day says of the next")
    axes.legend(fontsize=7, loc="upper left")


def scores(axes, data):
    runs = data["scores"]
    for y, run in zip(range(len(runs) - 1, -1, -1), runs):
        colour = BLUE if run["name"].startswith("your") else "0.4"
        axes.errorbar(run["rms"], y, xerr=run["error"], fmt="o", ms=6, color=colour, capsize=3)
        axes.text(run["rms"], y + 0.18, f"{run['name']}: {run['rms']:.2f}", ha="center", fontsize=8, color=colour)
    axes.set_yticks([])
    axes.set(xlabel="root mean square error, °C", xlim=(1.9, 2.9), ylim=(-0.6, len(runs) - 0.4),
             title="Melbourne 1989–90, learnt from 1981–88")


def draw(axes, data):
    circles(axes[0, 0], data["circles"])
    images(axes[0, 1], data["circles"])
    degrees(axes[0, 2], data["degrees"])
    widths(axes[1, 0], data["widths"])
    fourier(axes[1, 1], data["fourier"])
    mercer(axes[1, 2], data["mercer"])
    if "weather" in data:
        stretch(axes[2, 0], data["weather"])
        responses(axes[2, 1], data["weather"])
        scores(axes[2, 2], data["weather"])
    else:
        for panel in axes[2]:
            panel.set_axis_off()


if __name__ == "__main__":
    main(draw, panels=(3, 3), size=(14, 12))
