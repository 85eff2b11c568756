"""Test error against the number of examples: figure.py NUMBERS.json OUT_WITHOUT_ENDING"""
import numpy as np

from experiments.figure import main, points


def percent(measured):
    return {key: 100 * np.array(each) for key, each in measured.items()}


def draw(axes, data):
    sizes = np.array(data["settings"]["sizes"], float)
    axes.set(xscale="log", yscale="log")
    for key, label, colour in (("nngp", "Gaussian process (NNGP)", "black"), ("ntk", "tangent kernel (NTK)", "C0")):
        measured = percent(data[key])
        axes.plot(sizes, measured["value"], color=colour)
        axes.fill_between(sizes, measured["value"] - measured["error"], measured["value"] + measured["error"],
                          color=colour, alpha=0.2, lw=0)
        axes.plot([], [], color=colour, label=label)
    for number, network in enumerate(data["networks"]):
        # Beside each other, so that their error bars can be told apart.
        points(axes, sizes * 1.03 ** (number - (len(data["networks"]) - 1) / 2), percent(network["error"]),
               color=("C3", "C1", "C2", "C4")[number % 4], marker="os^D"[number % 4],
               label=f"trained network, width {network['width']}")
    axes.set_xticks(sizes, [f"{size:g}" for size in sizes])
    ticks = [5, 7, 10, 15, 20, 30, 40]
    axes.set_yticks(ticks, [f"{tick}" for tick in ticks])
    axes.minorticks_off()
    axes.set(xlabel="training examples $n$", ylabel=f"error on {data['settings']['test']:,} test images (%)")
    axes.legend()


if __name__ == "__main__":
    main(draw, panels=(1, 1), size=(5.5, 4))
