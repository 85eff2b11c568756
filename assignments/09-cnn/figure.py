"""Draws experiment.json as eight panels: figure.py EXPERIMENT.json OUT_WITHOUT_ENDING"""
import numpy as np

from assignments.shared.figure import main


def broken_map(figure_axes, run):
    image = np.log10(np.maximum(np.array(run["difference"]), 1e-17))
    shown = figure_axes.imshow(image, cmap="magma", vmin=-17, vmax=0.5)
    figure_axes.figure.colorbar(shown, ax=figure_axes, label="log$_{10}$ of the difference")
    figure_axes.set(xlabel="column", ylabel="row",
                    title=f"7 × 7, moved by (5, 9): {run['counted']} pixels broken\n(formula {run['formula']})")


def broken_counts(axes, runs):
    for run, colour in zip(runs, ("C0", "C1", "C3")):
        axes.plot(run["formula"], color=colour, lw=1)
        axes.plot(run["counted"], "o", ms=3, color=colour, label=f"radius {run['radius']}")
    axes.set(xlabel="columns moved", ylabel="pixels of 1,024", title="Broken by padding (lines: formula)")
    axes.legend(fontsize=7)


def running_means(axes, runs):
    for run, colour in zip(runs, ("C0", "C1", "C3")):
        mean, t = np.array(run["mean"]), np.arange(1, len(run["mean"]) + 1)
        axes.plot(t, 1 - (1 - run["momentum"]) ** t, color=colour, lw=1)
        axes.errorbar(t[::3], mean[::3], run["deviation"][::3], fmt="o", ms=3, lw=0.7, color=colour,
                      label=f"m = {run['momentum']}")
    axes.set(xlabel="batches t", ylabel="running mean", title="Batch norm: 1 − (1 − m)$^t$ (30 channels, ± 1 deviation)")
    axes.legend(fontsize=7, loc="lower right")


def streams(axes, runs):
    for run, colour in zip(runs, ("C0", "black", "C3", "C2", "C4")):
        mean, error = np.array(run["mean"]), np.array(run["error"])
        back = len(mean) - 1 - np.arange(len(mean))
        growth = (1 if run["residual"] else 0) + run["alpha"]
        axes.plot(back, growth ** back, color=colour, lw=1)
        axes.errorbar(back[::3], mean[::3], error[::3], fmt="s" if run["residual"] else "o", ms=3, lw=0.7, color=colour,
                      label=f"{'residual' if run['residual'] else 'plain'}, α = {run['alpha']:.3g}")
    axes.set(yscale="log", xlabel="layers back", ylabel="mean square of the gradient",
             title="Random layers: α$^L$ and (1 + α)$^L$")
    axes.legend(fontsize=7)


def view(axes, run):
    profile, error = np.array(run["profile"]), np.array(run["profile_error"])
    depth = (len(profile) - 1) // 2
    place = np.arange(-depth, depth + 1)
    fine = np.linspace(-depth, depth, 400)
    variance = 2 * depth / 3
    axes.plot(fine, np.exp(-fine**2 / (2 * variance)) / np.sqrt(2 * np.pi * variance), color="black", lw=1,
              label="Gaussian, σ² = 2L/3")
    axes.errorbar(place, profile, error, fmt="o", ms=3, lw=0.7, color="C0", label="random layers")
    axes.set(xlabel="column, from the middle", ylabel="share of the squared gradient",
             title=f"What an output of {depth} layers sees")
    axes.legend(fontsize=7)


def widths(axes, runs):
    depth = np.array([run["depth"] for run in runs])
    fine = np.linspace(1, depth.max(), 200)
    axes.plot(fine, np.sqrt(2 * fine / 3), color="black", lw=1, label="√(2L/3)")
    axes.plot(fine, fine, color="grey", lw=1, ls="--", label="receptive field, L to each side")
    axes.errorbar(depth, [run["width"] for run in runs], [run["error"] for run in runs], fmt="o", ms=4, lw=0.7,
                  color="C0", label="random layers")
    axes.set(xscale="log", yscale="log", xlabel="layers L", ylabel="pixels", title="Width of the view")
    axes.legend(fontsize=7)


def rotations(axes, run):
    names = ("90°", "180°", "270°", "mirror")
    place = np.arange(len(names))
    for offset, key, colour, label in ((-0.18, "plain", "C3", "plain filters"), (0.18, "p4", "C0", "two p4 layers")):
        axes.bar(place + offset, np.maximum(run[key], 1e-17), 0.34, bottom=1e-18, color=colour, label=label)
    axes.set_xticks(place, names)
    axes.set(yscale="log", ylim=(1e-18, 10), ylabel="|f(Rx) − f(x)| / |f(x)|", title="Mean features of a turned image")
    axes.legend(fontsize=7, loc="upper left")


def learning(axes, run):
    images = [one["images"] for one in run["runs"]]
    reached = np.array([one["accuracies"] for one in run["runs"]])
    axes.axhline(run["known"], color="black", lw=1, label="who knows the patterns")
    axes.axhline(0.25, color="grey", lw=1, ls="--", label="chance")
    axes.errorbar(images, reached.mean(1), (reached.max(1) - reached.min(1)) / 2, fmt="o-", ms=4, lw=0.8, color="C0",
                  label="your fit_images, two trainings")
    axes.set_xscale("log")
    axes.set_xticks(images, images)
    axes.minorticks_off()
    axes.set(xlabel="training images", ylabel="test accuracy", ylim=(0, 1.03), title="Patterns, 10 × 10 pixels")
    axes.legend(fontsize=7, loc="lower right")


def draw(axes, data):
    broken_map(axes[0, 0], data["broken_map"])
    broken_counts(axes[0, 1], data["broken_counts"])
    running_means(axes[0, 2], data["running_means"])
    streams(axes[0, 3], data["streams"])
    view(axes[1, 0], data["views"])
    widths(axes[1, 1], data["views"]["widths"])
    rotations(axes[1, 2], data["rotations"])
    learning(axes[1, 3], data["learning"])


if __name__ == "__main__":
    main(draw, panels=(2, 4), size=(18, 7.5))
