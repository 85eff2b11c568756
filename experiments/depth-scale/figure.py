"""Trainable depth of tanh networks: figure.py NUMBERS.json OUT_WITHOUT_ENDING"""
import matplotlib
import matplotlib.pyplot as plt
import numpy as np

from experiments.figure import main, panel_letters, points


def edges(centres):
    """Of cells around points that are not evenly spaced."""
    centres = np.array(centres, float)
    middle = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[2 * centres[0] - middle[0]], middle, [2 * centres[-1] - middle[-1]]])


def heat(axes, data):
    settings, theory = data["settings"], data["theory"]
    width, depth = edges(settings["weight_variances"]), edges(settings["depths"])
    mesh = axes.pcolormesh(width, depth, data["accuracy"], cmap="magma", vmin=0.1, vmax=1, rasterized=True)
    xi = np.array(theory["depth"])
    for multiple, style in ((1, ":"), (6, "-")):
        for colour, wide in (("black", 3.2), ("white", 1.6)):
            axes.plot(theory["weight_variance"], multiple * xi, color=colour, ls=style, lw=wide,
                      label=rf"theory, ${multiple if multiple > 1 else ''}\,\xi_c$" if colour == "white" else None)
    axes.set(xlabel=r"weight variance $\sigma_w^2$", ylabel="depth $L$ (hidden layers)", xlim=(width[0], width[-1]),
             ylim=(depth[0], depth[-1]))
    legend = axes.legend(loc="upper right", frameon=True)
    legend.get_frame().set(facecolor="0.45", alpha=0.9)
    for text in legend.get_texts():
        text.set_color("white")
    plt.colorbar(mesh, ax=axes, label=f"training accuracy after {settings['steps']} steps")


def collapse(axes, data):
    settings = data["settings"]
    depths = np.array(settings["depths"], float)
    accuracy = np.array(data["accuracy"])
    error = np.sqrt(np.clip(accuracy * (1 - accuracy), 1e-4, None) / data["accuracy_examples"])
    columns = [c for c, xi in enumerate(data["correlation_depth"]) if xi < 100]
    colours = matplotlib.colormaps["viridis"](np.linspace(0, 0.93, len(columns)))
    for column, colour in zip(columns, colours):
        points(axes, depths / data["correlation_depth"][column],
               {"value": accuracy[:, column], "error": error[:, column]}, color=colour, ls="-", lw=0.6,
               label=rf"$\sigma_w^2 = {settings['weight_variances'][column]:g}$")
    axes.axvline(6, color="black", label=r"$L = 6\,\xi_c$")
    axes.axhline(0.1, color="0.5", ls=":", lw=1)
    axes.annotate("chance", (0, 0.1), xycoords=("axes fraction", "data"), xytext=(4, 3), textcoords="offset points",
                  color="0.4", fontsize=8)
    axes.set(xscale="log", xlabel=r"depth in units of theory's depth scale, $L / \xi_c$", ylabel="training accuracy",
             ylim=(0, 1))
    axes.legend(loc="center left", fontsize=7, ncol=2)


def draw(axes, data):
    heat(axes[0], data)
    collapse(axes[1], data)
    panel_letters(axes)


if __name__ == "__main__":
    main(draw, panels=(1, 2), size=(10.5, 4.2))
