"""Draws experiment.json as five panels, eight with MNIST: figure.py EXPERIMENT.json OUT_WITHOUT_ENDING"""
import numpy as np

from assignments.shared.figure import main

COLOURS = ("C0", "black", "C3")


def label(network):
    return f"σ$_w^2$ = {network['weight_variance']:.2f}, χ = {network['factor']:.2f}"


def variances(axes, networks):
    for network, colour in zip(networks, COLOURS):
        for start in network["variances"]:
            layers = np.arange(1, len(start["map"]) + 1)
            axes.semilogy(layers, start["measured"], "o", ms=3, color=colour)
            axes.semilogy(layers, start["map"], color=colour, lw=0.8)
        axes.plot([], [], "o-", ms=3, lw=0.8, color=colour, label=label(network))
    axes.set(xlabel="layer l", ylabel="mean of z²", title="Variance: your networks (points), the map (lines)")
    axes.legend(fontsize=7)


def errors(axes, networks):
    for network, colour in zip(networks, COLOURS):
        measured = np.array(network["errors"])
        depth = len(measured) - np.arange(1, len(measured) + 1)
        axes.semilogy(depth, measured / measured[-1], "o", ms=3, color=colour, label=label(network))
        axes.semilogy(depth, network["factor"] ** depth, color=colour, lw=0.8)
    axes.set(xlabel="layers back, L − l", ylabel="mean of (δ$^l$)² / mean of (δ$^L$)²",
             title="Errors on their way back (points), χ$^{L−l}$ (lines)")
    axes.legend(fontsize=7)


def phases(axes, data):
    line = data["critical_line"]
    weight, bias = np.array(line["weight_variance"]), np.array(line["bias_variance"])
    axes.plot(weight, bias, color="black", label="χ = 1")
    axes.fill_betweenx(bias, 0, weight, color="C0", alpha=0.15)
    axes.fill_betweenx(bias, weight, 4.5, color="C3", alpha=0.15)
    axes.text(0.5, 0.25, "order", color="C0")
    axes.text(3.6, 0.25, "chaos", color="C3")
    for network, colour in zip(data["depth"], COLOURS):
        axes.plot(network["weight_variance"], data["bias_variance"], "o", color=colour)
    axes.set(xlabel="σ$_w^2$", ylabel="σ$_b^2$", xlim=(0, 4.5), ylim=(0, 0.3),
             title="tanh: the critical line, the three networks")
    axes.legend(fontsize=7, loc="lower right")


def curves(axes, runs, name):
    for run, colour in zip(runs, COLOURS):
        axes.plot(run["accuracies"], "o-", ms=3, lw=0.8, color=colour, label=f"σ$_w^2$ = {run['weight_variance']:g}")
    axes.set(xlabel="epoch", ylabel="test accuracy", ylim=(0, 1.03), title=f"ReLU, four layers: {name}")
    axes.legend(fontsize=7, loc="lower right")


def losses(axes, runs, name):
    for run, colour in zip(runs, COLOURS):
        epochs = np.arange(1, len(run["losses"]) + 1)
        values = np.array(run["losses"], dtype=float)
        axes.semilogy(epochs, values, "o-", ms=3, lw=0.8, color=colour, label=f"σ$_w^2$ = {run['weight_variance']:g}")
    axes.set(xlabel="epoch", ylabel="training loss", title=f"ReLU, four layers: {name}")
    axes.legend(fontsize=7)


def trainings(axes, run):
    steps = np.arange(len(run["by_hand"]))
    axes.semilogy(steps, run["by_hand"], color="black", lw=1, label="by hand")
    axes.semilogy(steps[::5], run["by_autograd"][::5], "o", ms=5, fillstyle="none", color="C0", label="by autograd")
    axes.semilogy(steps[::5], run["module"][::5], "x", ms=4, color="C3", label="as a module")
    axes.set(xlabel="step", ylabel="training loss", title="One network, three trainings: digits")
    axes.legend(fontsize=7)


def differences(axes, runs):
    for precision, colour in (("float32", "C1"), ("float64", "C0")):
        steps = np.arange(1, len(runs[precision]["from_module"]) + 1)
        for name, style, label in (("from_autograd", "-", "autograd"), ("from_module", "--", "module")):
            axes.semilogy(steps, np.maximum(runs[precision][name], 1e-18), style, color=colour, lw=1,
                          label=f"{label}, {precision}")
        axes.axhline(np.finfo(precision).eps, color=colour, lw=0.6, ls=":")
    axes.set(xlabel="step", ylabel="|θ − θ by hand| / |θ|", ylim=(1e-18, 1e-3), title="What rounding becomes (dotted: ε)")
    axes.legend(fontsize=7)


def draw(axes, data):
    variances(axes[0, 0], data["depth"])
    errors(axes[0, 1], data["depth"])
    phases(axes[0, 2], data)
    losses(axes[1, 0], data["ising"], "spins")
    curves(axes[1, 1], data["ising"], "spins")
    if "mnist" in data:
        curves(axes[1, 2], data["mnist"], "digits")
        trainings(axes[0, 3], data["three"]["float64"])
        differences(axes[1, 3], data["three"])
    else:
        for empty in (axes[1, 2], axes[0, 3], axes[1, 3]):
            empty.set_axis_off()


if __name__ == "__main__":
    main(draw, panels=(2, 4), size=(18, 7.5))
