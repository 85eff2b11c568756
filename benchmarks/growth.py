"""Draws what `spinlab bench growth` measured: growth.py GROWTH.json OUT_WITHOUT_ENDING"""
import json
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt


def main(file, out):
    measured = json.loads(pathlib.Path(file).read_text())
    figure, (time, memory, share) = plt.subplots(1, 3, figsize=(14, 4.2), layout="constrained")
    for model in measured["models"]:
        n = [point["n"] for point in model["points"]]
        column = lambda name: [point[name] for point in model["points"]]
        time.loglog(n, column("seconds"), "o-", ms=4, label=f"{model['name']}, n$^{{{model['exponent']:.2f}}}$")
        memory.loglog(n, [max(each, 0.1) for each in column("mebibytes")], "o-", ms=4, label=model["name"])
        share.semilogx(n, column("share_of_peak"), "o-", ms=4, label=f"{model['name']}: {model['bound']}")
    time.set(xlabel="training rows n", ylabel="seconds", title="Time")
    memory.set(xlabel="training rows n", ylabel="MiB beside the data", title="Memory")
    peaks = f"{measured['float32_flops'] / 1e9:.0f} and {measured['float64_flops'] / 1e9:.0f} Gflop/s, {measured['bytes'] / 1e9:.1f} GB/s"
    share.set(xlabel="training rows n", ylabel="share of the machine's peak", ylim=(0, None), title=f"Peak: {peaks}")
    for axes in (time, memory, share):
        axes.legend(fontsize=6)
    for ending in ("svg", "png"):
        figure.savefig(f"{out}.{ending}", dpi=150)


if __name__ == "__main__":
    main(*sys.argv[1:])
