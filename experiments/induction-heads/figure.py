"""Loss and the heads' scores while networks learn, and loss by place: figure.py NUMBERS.json OUT_WITHOUT_ENDING"""
import numpy as np

from experiments.figure import main, panel_letters, points

COLOURS = {1: "C0", 2: "C3", 3: "C2"}


def each(data):
    """Every network with its colour, its label once for each number of layers."""
    named = set()
    for network in data["networks"]:
        layers = network["layers"]
        label = None if layers in named else f"{layers} layer{'s' if layers > 1 else ''}"
        named.add(layers)
        yield network, COLOURS.get(layers, "C4"), label


def loss(axes, data):
    exact = data["exact"]
    for value, style, label in ((exact["uniform"], ":", "uniform, $\\ln V$"),
                                (exact["unigram"]["loss"], "--", f"counts of symbols, $\\alpha$ = {exact['unigram']['alpha']:g}"),
                                (exact["bigram"]["loss"], "-", "counts of pairs (exact)")):
        axes.axhline(value, color="black", ls=style, label=label)
    for network, colour, label in each(data):
        axes.plot(network["steps"], network["loss"], color=colour, lw=0.9, label=label)
    axes.set(xlabel="steps", ylabel="loss on other chains (nats a symbol)")
    axes.legend()


def scores(axes, data):
    deepest = max(network["layers"] for network in data["networks"])
    for key, colour, label in (("previous", "C2", "first layer: weight on the place before"),
                               ("induction", "C3", "last layer: weight behind the same symbol"),
                               ("copying", "C0", "last layer: copying score")):
        for network in data["networks"]:
            if network["layers"] == deepest:
                axes.plot(network["steps"], network[key], color=colour, lw=0.9, label=label)
                label = None
    axes.axhline(1 / data["settings"]["symbols"], color="0.5", lw=0.8, ls=":")
    axes.axhline(0, color="0.5", lw=0.8, ls=":")
    axes.set(xlabel="steps", ylabel=f"score of {deepest} layers", ylim=(-0.05, 1.05))
    axes.legend(loc="lower right", bbox_to_anchor=(1, 0.17))


def places(axes, data):
    place = np.arange(1, data["settings"]["length"])
    for key, style in (("unigram", "--"), ("bigram", "-")):
        axes.plot(place, data["exact"][key]["places"]["value"], color="black", ls=style)
    for network, colour, label in each(data):
        if label:
            points(axes, place, network["places"], color=colour, label=label, ms=2.5, capsize=0)
    axes.set(xlabel="symbols seen", ylabel="loss at the place (nats)")
    axes.legend()


def draw(axes, data):
    loss(axes[0], data)
    scores(axes[1], data)
    places(axes[2], data)
    panel_letters(axes)


if __name__ == "__main__":
    main(draw, panels=(1, 3), size=(11.5, 3.6))
