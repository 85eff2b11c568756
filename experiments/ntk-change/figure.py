"""What moves during training, against width: figure.py NUMBERS.json OUT_WITHOUT_ENDING"""
import numpy as np

from experiments.figure import decades, main, panel_letters, points, slope


def power(axes, widths, fit, colour):
    axes.plot(widths, fit["amplitude"] * np.array(widths, float) ** fit["exponent"], color=colour, ls=":", lw=1)


def kernel(axes, widths, kinds):
    axes.set(xscale="log", yscale="log", xlabel="width $N$",
             ylabel=r"$\|\Theta_T - \Theta_0\|_F \,/\, \|\Theta_0\|_F$")
    for key, label, colour, marker in (("positive", "output weights all positive", "C3", "s"),
                                       ("random", "output weights as drawn", "C0", "o")):
        kind = kinds[key]
        power(axes, widths, kind["fit"], colour)
        points(axes, widths, kind["measured"], color=colour, marker=marker,
               label=f"{label}:\nexponent {slope(kind['fit'])}")
    decades(axes)
    axes.legend(loc="lower left")


def weights(axes, widths, layers):
    axes.set(xscale="log", yscale="log", xlabel="width $N$", ylabel=r"$\|W_T - W_0\| \,/\, \|W_0\|$")
    shown = [("first layer, Frobenius", layers[0]["frobenius"], "C0", "o"),
             ("last layer, Frobenius", layers[-1]["frobenius"], "C2", "^")]
    if len(layers) > 2:
        shown += [("hidden layer, spectral", layers[1]["spectral"], "C4", "D"),
                  ("hidden layer, Frobenius", layers[1]["frobenius"], "C3", "s")]
    for label, layer, colour, marker in shown:
        axes.plot(widths, layer["theory"], color=colour)
        points(axes, widths, layer["measured"], color=colour, marker=marker, label=f"{label}: {slope(layer['fit'])}")
    axes.plot([], [], color="0.3", label="theory of the lazy limit")
    low, high = axes.get_ylim()
    axes.set_ylim(low / 8, high)  # room for the legend
    decades(axes)
    axes.legend(loc="lower left", fontsize=7)


def loss(axes, widths, losses):
    axes.set(yscale="log", xlabel="time $t$", ylabel="loss $L(t) / L(0)$")
    for which, colour, marker in ((0, "C3", "s"), (-1, "C0", "o")):
        points(axes, losses["times"], losses["measured"][which], color=colour, marker=marker, ms=3,
               label=f"measured, $N = {widths[which]}$")
    axes.plot(losses["times"], losses["theory"], color="black", label="infinite width", zorder=3)
    axes.legend(loc="upper right")


def draw(axes, data):
    widths = data["settings"]["widths"]
    kernel(axes[0], widths, data["kernel"])
    weights(axes[1], widths, data["weights"])
    loss(axes[2], widths, data["loss"])
    panel_letters(axes)


if __name__ == "__main__":
    main(draw, panels=(1, 3), size=(11.5, 3.8))
