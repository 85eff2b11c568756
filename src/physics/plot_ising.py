"""Draws what `spinlab demo` measured on the Ising model: plot_ising.py ising.json OUT writes OUT.png and OUT.svg."""

import json
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

# Okabe and Ito's palette, which stays distinct under every common colour blindness.
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#555555"


def draw_snapshots(axes, snapshots):
    for ax, snapshot in zip(axes, snapshots):
        ax.imshow(snapshot["spins"], cmap=matplotlib.colors.ListedColormap(["#F2E9D8", "#14213D"]), vmin=-1, vmax=1)
        ax.set_title(f"T = {snapshot['temperature']:.2f}", fontsize=10)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines[:].set_visible(False)


def mark_critical(ax, temperature):
    ax.axvline(temperature, color=GREY, lw=1, ls=":")
    ax.annotate(f"$T_c$ = {temperature:.6f}", (temperature, 0.03), xycoords=("data", "axes fraction"), xytext=(5, 0),
                textcoords="offset points", color=GREY, fontsize=9)


def draw_magnetization(ax, data):
    side = data["side"]
    ax.plot(data["curve"]["temperature"], data["curve"]["onsager"], color=ORANGE, lw=2,
            label="Onsager–Yang, infinite lattice")
    ax.errorbar(data["temperature"], data["magnetization"], data["magnetization_error"], fmt="o", ms=4.5, color=BLUE,
                capsize=2, label=f"sampled, {side} × {side}")
    ax.set_ylabel(r"magnetisation $\langle |m| \rangle$")
    ax.set_ylim(0, 1.05)
    ax.legend(loc="upper right", frameon=False, fontsize=9, borderaxespad=0)


def draw_accuracy(ax, data):
    ax.plot(data["temperature"], data["best_accuracy"], color=GREEN, lw=2, ls="--",
            label="best on average: exact likelihood")
    ax.errorbar(data["temperature"], data["accuracy"], data["accuracy_error"], fmt="o", ms=4.5, color=BLUE, capsize=2,
                label=f"{data['classifier']}, new samples")
    ax.set_ylabel("accuracy: ordered or disordered?")
    ax.set_ylim(min(0.4, min(data["accuracy"]) - 0.05), 1.03)
    ax.legend(loc="center left", frameon=False, fontsize=9, bbox_to_anchor=(0, 0.3))


def draw(data):
    plt.rcParams.update({"font.size": 10.5, "axes.spines.top": False, "axes.spines.right": False,
                         "svg.hashsalt": "spinlab"})
    figure = plt.figure(figsize=(10, 6.2), layout="constrained")
    top, bottom = figure.subfigures(2, 1, height_ratios=[1, 2])
    draw_snapshots(top.subplots(1, len(data["snapshots"])), data["snapshots"])
    left, right = bottom.subplots(1, 2)
    draw_magnetization(left, data)
    draw_accuracy(right, data)
    for ax in (left, right):
        mark_critical(ax, data["critical_temperature"])
        ax.set_xlabel("temperature $T$  ($J/k$)")
    return figure


def main():
    source, out = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        figure = draw(json.load(file))
    figure.savefig(out + ".png", dpi=150)
    figure.savefig(out + ".svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
