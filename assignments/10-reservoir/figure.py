"""Draws experiment.json as nine panels: figure.py EXPERIMENT.json OUT_WITHOUT_ENDING"""
import numpy as np

from assignments.shared.figure import main

EXPONENTS = (0.9056, 0.0, -14.572)
THRESHOLD = 0.4


def bars(axes, x, series, **style):
    axes.errorbar(x, series["mean"], series["deviation"], capsize=2, lw=0.9, ms=4, **style)


def forecasts(axes, data):
    time = data["step"] * np.arange(1, len(data["truth"]) + 1)
    axes.plot(time, data["truth"], color="black", lw=1.2, label="truth")
    axes.plot(time, data["reservoir"], color="C0", lw=0.9, label="your reservoir, N = 200")
    axes.plot(time, data["next"], color="C3", lw=0.9, ls="--", label="next generation")
    axes.set(xlabel="Lyapunov times", ylabel="x, in deviations", title="Three futures", ylim=(-2.6, 3.6))
    axes.legend(fontsize=7, ncols=3, loc="upper left")


def maxima(axes, data):
    for name, style, label in (("true_maxima", dict(color="black", ms=2), "truth"),
                               ("dreamt_maxima", dict(color="C0", ms=2), "dreamt by your reservoir")):
        z = np.array(data[name])
        axes.plot(z[:-1], z[1:], ".", label=label, **style)
    axes.set(xlabel="a maximum of z", ylabel="the next one", title="Lorenz's map", xlim=(28, 48), ylim=(28, 48))
    axes.legend(fontsize=7)


def twins(axes, data):
    noise = np.array(data["noise"])
    bars(axes, noise, data["times"], fmt="o", label="pairs of your trajectories")
    axes.plot(noise, np.log(THRESHOLD / noise), color="black", lw=0.9, label="ln(0.4/ε)")
    axes.set(xscale="log", xlabel="noise ε, in deviations", ylabel="valid time, Lyapunov times",
             title="What anybody can foretell", ylim=(0, None))
    axes.legend(fontsize=7)


def exponents(axes, data):
    for name, exact, colour in zip(("first", "second", "third"), EXPONENTS, ("C3", "C2", "C0")):
        series = dict(data[name], mean=np.array(data[name]["mean"]) - exact)
        bars(axes, data["time"], series, fmt="o", color=colour, label=f"Λ − ({exact:g})")
    axes.axhline(0, color="black", lw=0.9)
    axes.set(xscale="log", xlabel="time", ylabel="found − exact", title="Lyapunov exponents, ten solutions")
    axes.legend(fontsize=7)


def echoes(axes, data):
    for number, curve in enumerate(data["curves"]):
        distances = np.maximum(curve["distances"], 1e-16)
        axes.semilogy(distances, ".", ms=3, color=f"C{number}", label=f"ρ(W) = {curve['radius']:g}")
        t = np.arange(len(distances))
        for factor, style in ((curve["bound"], "-"), (curve["radius"], "--")):
            axes.plot(t, distances[0] * np.exp(np.log(factor) * t), style, lw=0.7, color=f"C{number}")
    axes.semilogy(data["never"], "x", ms=3, color="black", label="ρ(W) = 0, two units")
    axes.set(xlabel="inputs heard", ylabel="distance of two states", ylim=(1e-16, 1e3), title="Echoes; lines: the bound, dashed: ρ(W)ᵗ")
    axes.legend(fontsize=7)


def memory(axes, data):
    axes.plot(data["theory"], color="black", lw=0.9, label="linear ring, sum 20")
    for one in data["measured"]:
        capacities = np.array(one["capacities"])
        axes.plot(capacities, ".", ms=4, label=f"tanh, inputs × {one['scale']:g}: sum {(capacities - data['chance']).sum():.1f}")
    axes.axhline(data["chance"], color="0.6", lw=0.8, ls="--", label="by chance, N/T")
    axes.set(xlabel="lag k", ylabel="MC_k", title="Memory of 20 units, r = 0.95")
    axes.legend(fontsize=7)


def radii(axes, data):
    bars(axes, data["radius"], data["times"], fmt="o", label="eight reservoirs of 100 units")
    axes.set(xlabel="spectral radius", ylabel="valid time, Lyapunov times", title="How much echo?", ylim=(0, None))
    axes.legend(fontsize=7)


def noises(axes, data):
    noise = np.array(data["noise"])
    bars(axes, noise, data["reservoir"], fmt="o", color="C0", label="your reservoir, N = 200")
    bars(axes, noise * 1.1, data["next"], fmt="s", color="C3", label="next generation")
    axes.plot(noise, np.log(THRESHOLD / noise), color="black", lw=0.9, label="ln(0.4/ε)")
    axes.set(xscale="log", xlabel="noise on the data, in deviations", ylabel="valid time, Lyapunov times",
             title="Learnt from noise", ylim=(0, None))
    axes.legend(fontsize=7)


def loops(axes, data):
    place = np.arange(1, len(data["mean"]) + 1)
    bars(axes, place, data, fmt="o", label="six reservoirs that hear themselves")
    for number, exact in enumerate(EXPONENTS, 1):
        axes.plot([number - 0.3, number + 0.3], [exact, exact], color="black", lw=1.2, label="Lorenz's system" if number == 1 else None)
    axes.set(xlabel="exponent", ylabel="Λ", title="Exponents of the loop")
    axes.legend(fontsize=7)


def draw(axes, data):
    parts = ((forecasts, "dreams"), (twins, "twins"), (exponents, "exponents"), (echoes, "echoes"), (memory, "memory"),
             (radii, "radii"), (noises, "noises"), (loops, "loops"), (maxima, "dreams"))
    for panel, (part, name) in zip(axes.flat, parts):
        part(panel, data[name])


if __name__ == "__main__":
    main(draw, panels=(3, 3), size=(13, 12))
