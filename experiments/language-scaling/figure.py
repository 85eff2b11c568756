"""Loss against parameters and against data: figure.py NUMBERS.json OUT_WITHOUT_ENDING"""
import numpy as np

from experiments.figure import decades, main, panel_letters, points

# L = E + A N^-α + B D^-β, Hoffmann et al., arXiv:2203.15556, equation 10; L ~ N^-0.076, D^-0.095, Kaplan et al.,
# arXiv:2001.08361, equations 1.1 and 1.2, of tokens of another text: the slopes alone can be compared.
KAPLAN = {"parameters": 0.076, "data": 0.095}
CHINCHILLA = {"parameters": 0.34, "data": 0.28}


def through_ends(x, loss, exponent):
    """E and the curve E + A x^-exponent through the first and the last point."""
    x = (x / x[0]) ** -exponent
    amplitude = (loss[0] - loss[-1]) / (1 - x[-1])
    return loss[0] - amplitude, loss[0] - amplitude * (1 - x)


def curve(axes, data, name, label):
    x, measured = np.array(data[name]["x"], float), data[name]["loss"]
    loss = np.array(measured["value"])
    slopes = np.diff(np.log(loss)) / np.diff(np.log(x))
    points(axes, x, measured, color="C3",
           label=f"trained; slopes {slopes[0]:.3f} at first, {slopes[-1]:.3f} at last".replace("-", "−"))
    axes.plot(x, loss[0] * (x / x[0]) ** -KAPLAN[name], ":", color="black", label=f"Kaplan: slope −{KAPLAN[name]}")
    rest, hoffmann = through_ends(x, loss, CHINCHILLA[name])
    axes.plot(x, hoffmann, "--", color="C0",
              label=f"Hoffmann: $E + A x^{{-{CHINCHILLA[name]}}}$ through the ends, $E$ = {rest:.2f}")
    axes.axhline(data["ngram_loss"], color="0.5", lw=0.8, label=f"{data['settings']['ngram']}-gram")
    axes.set(xscale="log", yscale="log", xlabel=label, ylabel="test loss (nats a character)", ylim=(1.6, 3.3))
    ticks = [1.6, 1.8, 2, 2.5, 3]
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
