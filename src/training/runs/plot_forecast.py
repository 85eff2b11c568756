"""Draws forecasts beside the truth: plot_forecast.py FILE, see forecast_part.h, writes FILE with .svg and .png."""

import json
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

MOST_CURVES = 4
SHOWN = 1.6  # of the median valid time


def draw_curves(figure, told, end):
    """A curve for each number of the state, up to where the forecast has long gone wrong."""
    shown = told["time"] <= end
    for i, axes in enumerate(np.atleast_1d(figure.subplots(len(told["truth"]), 1, sharex=True))):
        axes.plot(told["time"][shown], told["truth"][i][shown], color="0.3", label="truth")
        axes.plot(told["time"][shown], told["forecast"][i][shown], color="C1", linestyle="--", label="forecast")
        axes.axvline(told["valid_times"][0], color="C3", linewidth=0.8)
        axes.set_ylabel(f"number {i + 1}")
    axes.set_xlabel("Lyapunov times")
    figure.axes[0].legend(loc="upper right", fontsize=8)
    figure.suptitle("the first trajectory; red: its error is large from here on", fontsize=10)


def draw_images(figure, told, end):
    """Where there are many numbers: truth, forecast and their difference, a row of pixels for each."""
    shown = told["time"] <= end
    truth, forecast = told["truth"][:, shown], told["forecast"][:, shown]
    largest = np.abs(truth).max()
    parts = {"truth": truth, "forecast": forecast, "difference": forecast - truth}
    for axes, (name, values) in zip(figure.subplots(3, 1, sharex=True), parts.items()):
        image = axes.imshow(values, cmap="RdBu_r", vmin=-largest, vmax=largest, aspect="auto", origin="lower", extent=(0, end, 1, len(values)))
        axes.axvline(told["valid_times"][0], color="black", linewidth=0.8)
        axes.set(ylabel=name)
    axes.set_xlabel("Lyapunov times")
    figure.colorbar(image, ax=figure.axes)
    figure.suptitle("the first trajectory; black: its error is large from here on", fontsize=10)


def draw_error(axes, told, end):
    time, error = told["time"], told["error"]
    shown = time <= end
    axes.fill_between(time[shown], error["low"][shown], error["high"][shown], color="C0", alpha=0.25, label="half of the starts")
    axes.semilogy(time[shown], error["median"][shown], color="C0", label="median")
    middle = np.searchsorted(time, np.median(told["valid_times"]) / 2)
    line = error["median"][middle] * np.exp(time - time[middle])
    axes.plot(time[shown], np.where(line < 2, line, np.nan)[shown], color="0.4", linestyle="--", label="e-fold in a Lyapunov time")
    axes.axhline(told["threshold"], color="C3", linewidth=0.8)
    axes.set(xlabel="Lyapunov times", ylabel="error (deviations)")
    axes.legend(loc="lower right", fontsize=8)
    axes.grid(alpha=0.3)


def draw_valid_times(axes, told):
    times = told["valid_times"]
    axes.hist(times, bins=min(20, max(5, len(times) // 4)), color="C0", alpha=0.7)
    error = times.std() / np.sqrt(len(times))
    axes.set(xlabel="valid time (Lyapunov times)", ylabel="starts", title=f"mean {times.mean():.2f} ± {error:.2f}")


def main(file):
    told = json.loads(file.read_text())
    for name in ("time", "truth", "forecast", "valid_times"):
        told[name] = np.array(told[name], float)
    told["error"] = {name: np.array(values, float) for name, values in told["error"].items()}
    end = min(told["time"][-1], max(SHOWN * np.median(told["valid_times"]), told["time"][min(50, len(told["time"]) - 1)]))
    figure = plt.figure(figsize=(11, 8), layout="constrained")
    figure.suptitle(told["title"])
    upper, lower = figure.subfigures(2, 1, height_ratios=(3, 2))
    (draw_curves if len(told["truth"]) <= MOST_CURVES else draw_images)(upper, told, end)
    left, right = lower.subplots(1, 2)
    draw_error(left, told, end)
    draw_valid_times(right, told)
    for kind in ("svg", "png"):
        figure.savefig(file.with_suffix(f".{kind}"), dpi=150)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
