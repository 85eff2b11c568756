"""Accuracy, symmetry and frequencies while addition is learned: figure.py NUMBERS.json OUT_WITHOUT_ENDING"""
import numpy as np

from experiments.figure import main, panel_letters

COLOURS = ("C0", "C1", "C3", "C2", "C4")


def by_decay(data):
    """Every network with its colour, its label once for each weight decay."""
    decays = list(dict.fromkeys(network["weight_decay"] for network in data["networks"]))
    named = set()
    for network in data["networks"]:
        decay = network["weight_decay"]
        yield network, COLOURS[decays.index(decay) % len(COLOURS)], None if decay in named else f"weight decay {decay:g}"
        named.add(decay)


def accuracy(axes, data):
    for network, colour, label in by_decay(data):
        axes.plot(network["steps"], network["history"]["train_accuracy"], color=colour, lw=0.8, ls=":")
        axes.plot(network["steps"], network["history"]["test_accuracy"], color=colour, lw=1, label=label)
    axes.plot([], [], color="0.5", lw=0.8, ls=":", label="pairs it was shown")
    axes.plot([], [], color="0.5", lw=1, label="other pairs")
    axes.axhline(1 / data["settings"]["modulus"], color="0.5", lw=0.6)
    axes.set(xscale="log", xlabel="steps", ylabel="accuracy", xlim=(data["settings"]["every"], data["settings"]["steps"]))
    axes.legend()


def symmetry(axes, data):
    for network, colour, label in by_decay(data):
        axes.plot(network["steps"], network["history"]["symmetric_share"], color=colour, lw=1, label=label)
    axes.axhline(1 / data["settings"]["modulus"] ** 2, color="black", lw=0.8, ls="--", label="no order, $1/p^2$")
    axes.axhline(1, color="black", lw=0.8, label="the rule alone")
    axes.set(xscale="log", xlabel="steps", ylabel="share of logits that depends on $c - a - b$",
             xlim=(data["settings"]["every"], data["settings"]["steps"]))
    axes.legend()


def frequencies(axes, data):
    network = max(data["networks"], key=lambda each: each["history"]["test_accuracy"][-1])
    k = np.arange(1, len(network["powers"]["last"]) + 1)
    axes.bar(k, network["powers"]["last"], color="C3", label=f"after training, weight decay {network['weight_decay']:g}")
    axes.plot(k, network["powers"]["first"], color="black", lw=0, marker="o", ms=3, label="before")
    axes.set(xlabel="frequency $k$", ylabel="share of the embedding's power")
    axes.legend()


def draw(axes, data):
    accuracy(axes[0], data)
    symmetry(axes[1], data)
    frequencies(axes[2], data)
    panel_letters(axes)


if __name__ == "__main__":
    main(draw, panels=(1, 3), size=(10, 3.3))
