"""Order and chaos of tanh networks: figure.py NUMBERS.json OUT_WITHOUT_ENDING"""
import matplotlib.pyplot as plt
import numpy as np

from experiments.figure import main, panel_letters, points


def edge(axes, theory):
    axes.plot(theory["edge"], theory["bias_variances"], color="black", lw=1.6, label="edge of chaos, $\\chi_1 = 1$")


def frame(axes, theory):
    axes.set(xlabel=r"weight variance $\sigma_w^2$", ylabel=r"bias variance $\sigma_b^2$",
             xlim=(theory["weight_variances"][0] - 0.15, theory["weight_variances"][-1] + 0.15),
             ylim=(0, theory["bias_variances"][-1] + 0.03))


def correlations(axes, data):
    theory, grid = data["theory"], data["grid"]
    style = {"cmap": "viridis", "vmin": 0, "vmax": 1}
    mesh = axes.pcolormesh(theory["weight_variances"], theory["bias_variances"], theory["correlation"],
                           shading="gouraud", rasterized=True, **style)
    axes.scatter(grid["weight_variance"], grid["bias_variance"], c=grid["correlation"]["value"], edgecolors="white",
                 linewidths=0.8, s=42, label="random networks", **style)
    edge(axes, theory)
    frame(axes, theory)
    layers, width = data["settings"]["layers"], data["settings"]["width"]
    plt.colorbar(mesh, ax=axes, label=f"correlation after {layers} layers")
    axes.set_title(f"field: theory; dots: width {width}")


def trained(axes, data):
    theory, grid, training = data["theory"], data["grid"], data["settings"]["training"]
    mesh = axes.pcolormesh(theory["weight_variances"], theory["bias_variances"], np.log10(theory["slope"]),
                           shading="gouraud", cmap="RdBu_r", vmin=-0.9, vmax=0.9, rasterized=True)
    dots = axes.scatter(grid["weight_variance"], grid["bias_variance"], c=grid["accuracy"], cmap="magma", vmin=0.1,
                        vmax=1, edgecolors="0.3", linewidths=0.8, s=42)
    edge(axes, theory)
    axes.contour(theory["weight_variances"], theory["bias_variances"], theory["depth"], levels=[training["layers"] / 6],
                 colors="black", linestyles="--", linewidths=1)
    axes.plot([], [], color="black", ls="--", label=rf"$6\,\xi_c = {training['layers']}$ layers")
    frame(axes, theory)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncol=2, borderaxespad=0.2)
    plt.colorbar(mesh, ax=axes, label=r"$\log_{10} \chi_1$")
    plt.colorbar(dots, ax=axes, label=f"accuracy, {training['layers']} layers, {training['steps']} steps")


def slices(axes, data):
    grid = {key: np.array(data["grid"][key]) for key in ("weight_variance", "bias_variance", "expected")}
    measured = {key: np.array(each) for key, each in data["grid"]["correlation"].items()}
    theory = data["theory"]
    biases = data["settings"]["bias_variances"]
    for bias, colour, marker in zip((biases[0], biases[len(biases) // 2], biases[-1]), ("C0", "C2", "C3"), "os^"):
        here = grid["bias_variance"] == bias
        row = theory["bias_variances"].index(bias)
        axes.plot(theory["weight_variances"], theory["correlation"][row], color=colour)
        points(axes, grid["weight_variance"][here], {key: each[here] for key, each in measured.items()}, color=colour,
               marker=marker, label=rf"$\sigma_b^2 = {bias:g}$")
    axes.plot([], [], color="0.3", label="theory")
    axes.set(xlabel=r"weight variance $\sigma_w^2$", ylabel=f"correlation after {data['settings']['layers']} layers")
    axes.legend(loc="lower left")


def draw(axes, data):
    trained(axes[0], data)
    correlations(axes[1], data)
    slices(axes[2], data)
    panel_letters(axes)


if __name__ == "__main__":
    main(draw, panels=(1, 3), size=(14.5, 4))
