"""Loss against parameters and against data: figure.py NUMBERS.json OUT_WITHOUT_ENDING"""
import numpy as np

from experiments.figure import decades, main, panel_letters, points

# L = E + A N^-α + B D^-β, Hoffmann et al., arXiv:2203.15556, equation 10; L ~ N^-0.076, D^-0.095, Kaplan et al.,
# arXiv:2001.08361, equations 1.1 and 1.2, of tokens of another text: the slopes alone can be compared.
KAPLAN = {"parameters": 0.076, "data": 0.095}
CHINCHILLA = {"parameters": 0.34, "data": 0.28}


def curve(axes, data, name, label):
    x, measured = np.array(data[name]["x"], float), data[name]["loss"]
    loss = np.array(measured["value"])
    points(axes, x, measured, color="C3", label="trained")
    slopes = np.diff(np.log(loss)) / np.diff(np.log(x))
    axes.plot(x, loss[0] * (x / x[0]) ** slopes[0], ":", color="C3", lw=0.9, label=f"slope {slopes[0]:.2f}".replace("-", "−"))
    middle = len(x) // 2
    axes.plot(x, loss[middle] * (x / x[middle]) ** -KAPLAN[name], color="black", label=f"Kaplan: slope −{KAPLAN[name]}")
    rest = loss.min() * 0.9
    axes.plot(x, rest + (loss[0] - rest) * (x / x[0]) ** -CHINCHILLA[name], "--", color="C0",
              label=f"$E$ + $A x^{{-{CHINCHILLA[name]}}}$ (Hoffmann), $E$ = {rest:.2f}")
    axes.axhline(data["ngram_loss"], color="0.5", lw=0.8, label=f"{data['settings']['ngram']}-gram")
    axes.set(xscale="log", yscale="log", xlabel=label, ylabel="test loss (nats a character)")
    ticks = [1.4, 1.6, 1.8, 2, 2.5, 3]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.legend(fontsize=7)


def draw(axes, data):
    curve(axes[0], data, "parameters", "parameters $N$")
    curve(axes[1], data, "data", "characters of the training text $D$")
    for each in axes:
        decades(each)
    panel_letters(axes)


if __name__ == "__main__":
    main(draw, panels=(1, 2), size=(9, 3.8))
