"""What the figures of the course's experiments share: measurement as points with error bars, theory as lines."""
import matplotlib
import matplotlib.ticker

from assignments.shared.figure import main  # noqa: F401  (for the figures)

matplotlib.rcParams.update({
    "font.size": 9, "axes.labelsize": 10, "axes.titlesize": 10, "legend.fontsize": 8, "legend.frameon": False,
    "xtick.direction": "in", "ytick.direction": "in", "xtick.top": True, "ytick.right": True,
    "lines.linewidth": 1.2, "svg.fonttype": "none", "mathtext.fontset": "cm",
})


def points(axes, x, measured, **style):
    """measured: {"value": [...], "error": [...]}, standard errors."""
    style = {"ls": "none", "marker": "o", "ms": 4, "capsize": 2, "elinewidth": 0.9} | style
    return axes.errorbar(x, measured["value"], measured["error"], **style)


def slope(fit):
    """A fitted exponent with its standard error: −0.503 ± 0.004."""
    return f"{fit['exponent']:.3f} ± {fit['exponent_error']:.3f}".replace("-", "−")


def decades(axes):
    """Logarithmic axes: numbers at the powers of ten alone."""
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_formatter(matplotlib.ticker.NullFormatter())


def panel_letters(axes):
    for number, each in enumerate(axes):
        each.set_title(f"({chr(ord('a') + number)})", loc="left", fontweight="bold")
