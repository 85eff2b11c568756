"""Learning of Fourier modes on a circle: figure.py NUMBERS.json OUT_WITHOUT_ENDING"""
import matplotlib
import numpy as np

from experiments.figure import main, panel_letters, points


def decay(axes, times, modes):
    colours = matplotlib.colormaps["viridis"](np.linspace(0, 0.9, len(modes)))
    fine = np.geomspace(times[0], times[-1], 300)
    for mode, colour in zip(modes, colours):
        axes.plot(fine, np.exp(-mode["rate"] * fine), color=colour)
        value, error = np.array(mode["measured"]["value"]), np.array(mode["measured"]["error"])
        seen = value > 2 * error  # below, a logarithm shows nothing but noise
        points(axes, np.array(times)[seen], {"value": value[seen], "error": error[seen]}, color=colour, ms=3,
               label=f"$k = {mode['mode']}$")
    axes.plot([], [], color="0.3", label=r"$e^{-\lambda_k t}$")
    axes.set(xscale="log", yscale="log", ylim=(3e-3, 1.5), xlabel="time $t$ (of the mean squared loss)",
             ylabel="what is left of mode $k$")
    axes.legend(loc="lower left", ncol=2)


def rates(axes, data):
    top = max(mode["mode"] for mode in data["modes"]) + 3
    k = np.arange(1, min(top, len(data["all_rates"])))
    axes.plot(k, np.array(data["all_rates"])[k], "-", marker="_", color="black", label="theory, FFT of the kernel")
    points(axes, [mode["mode"] for mode in data["modes"]], data["rates"], color="C3", label="measured at $t = 1/\\lambda_k$")
    axes.set(xscale="log", yscale="log", xlabel="mode $k$", ylabel=r"rate $\lambda_k$ (1/time)")
    axes.xaxis.set_major_formatter(matplotlib.ticker.ScalarFormatter())
    axes.xaxis.set_minor_formatter(matplotlib.ticker.NullFormatter())
    axes.set_xticks([int(each) for each in k])
    axes.legend(loc="lower left")


def functions(axes, data):
    degrees, fine = np.degrees(data["angles"]), np.linspace(0, 360, 721)
    waves = [np.cos(mode["mode"] * np.radians(fine)) for mode in data["modes"]]
    axes.plot(fine, np.sum(waves, 0), color="0.6", label="target")
    for snapshot, colour in zip(data["snapshots"], ("C0", "C1", "C3")):
        learned = [1 - np.exp(-mode["rate"] * snapshot["time"]) for mode in data["modes"]]
        axes.plot(fine, np.dot(learned, waves), color=colour)
        points(axes, degrees, snapshot["measured"], color=colour, ms=2, capsize=0, label=f"$t = {snapshot['time']:.0f}$")
    axes.set(xlabel="angle (degrees)", ylabel="$f_t - f_0$ (amplitudes of the target)", xlim=(0, 360), xticks=range(0, 361, 90))
    axes.legend(loc="upper center")


def draw(axes, data):
    decay(axes[0], data["times"], data["modes"])
    rates(axes[1], data)
    functions(axes[2], data)
    panel_letters(axes)


if __name__ == "__main__":
    main(draw, panels=(1, 3), size=(11.5, 3.8))
