"""Draws experiment.json as one panel: figure.py EXPERIMENT.json OUT_WITHOUT_ENDING"""
import numpy as np

from assignments.shared.figure import main


def draw(axes, data):
    sizes = np.array(data["sizes"])
    axes.loglog(sizes, data["deviations"], "o", color="C0", label="your mean square")
    axes.loglog(sizes, np.sqrt(2 / sizes), color="black", lw=0.8, label="$\\sqrt{2/n}$")
    axes.set(xlabel="n", ylabel="|⟨x²⟩ − 1|", title="Svm")
    axes.legend()


if __name__ == "__main__":
    main(draw, panels=(1, 1), size=(6, 4.5))
