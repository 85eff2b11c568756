"""Deviations of empirical kernels and the output's kurtosis against width: figure.py NUMBERS.json OUT_WITHOUT_ENDING"""
from experiments.figure import decades, main, panel_letters, points, slope


def kernel(axes, widths, elements, name, correlation):
    pairs = (("$x = x'$", "same", "C0", "o"), (f"correlation {correlation:g}", "pair", "C3", "s"))
    for label, key, colour, marker in pairs:
        element = elements[key]
        axes.loglog(widths, element["theory"], color=colour)
        points(axes, widths, element["measured"], color=colour, marker=marker,
               label=f"{label}: exponent {slope(element['fit'])}")
    axes.plot([], [], color="0.3", label=r"theory, $\sqrt{\mathrm{Var}/N}$")
    axes.set(xlabel="width $N$", ylabel=f"rms of {name} − 1")
    axes.set_ylim(top=3 * axes.get_ylim()[1])  # room for the legend
    decades(axes)
    axes.legend(loc="upper right")


def kurtosis(axes, widths, numbers):
    axes.loglog(widths, numbers["theory"], color="C2", label="theory, $3\\,\\mathrm{Var}\\,\\hat K / (\\mathrm{E} \\hat K)^2$")
    points(axes, widths, numbers["measured"], color="C2", label="measured")
    axes.set(xlabel="width $N$", ylabel=r"excess kurtosis of the output $f(x)$")
    decades(axes)
    axes.legend(loc="upper right")


def draw(axes, data):
    settings = data["settings"]
    correlation = settings["correlation"]
    kernel(axes[0], settings["widths"], data["nngp"], r"$\hat K / K$", correlation)
    kernel(axes[1], settings["widths"], data["ntk"], r"$\hat\Theta / \Theta$", correlation)
    kurtosis(axes[2], settings["kurtosis_widths"], data["kurtosis"])
    panel_letters(axes)


if __name__ == "__main__":
    main(draw, panels=(1, 3), size=(11, 3.6))
