"""detect.py JOB ANSWER: compares submissions by winnowing, with copydetect.

JOB is a JSON object:
  files        what to compare: {"file": PATH, "student": NAME, "past": whether it is an earlier year's}
  boilerplate  paths of code that everybody was given
  pairs        how many pairs to answer
  jobs         processes
Writes to ANSWER, also as JSON:
  compared     the number of pairs
  nearest      of each file the highest similarity to another
  skipped      the files that could not be compared: {"file": index, "reason": text}
  pairs        the most similar first: "a" and "b", indices of files; "shares", which part of a's own code is in b, and of b's
               in a; "shared", how many characters of a that is; "stretches", of each side [first line, last line, index of the
               other side's stretch]
Standard error has "DONE OF ALL" lines as it goes.
"""

import bisect
import collections
import concurrent.futures
import io
import json
import multiprocessing
import os
import pathlib
import signal
import sys

import numpy

try:
    from copydetect import CodeFingerprint, compare_files
    from copydetect.utils import find_fingerprint_overlap, get_copied_slices
except ImportError:
    raise SystemExit(f"{sys.executable} lacks copydetect; start ./spinlab without SPINLAB_PYTHON, or install it there")

# In characters, once a name or a string counts one and a comment none. Whatever is as long as MATCH is found; nothing
# shorter than NOISE counts.
NOISE, MATCH = 20, 24
LEAST_OWN = 200  # below this a file is an exercise or two, which look alike whoever wrote them
MOST_BYTES = 128 << 10  # a fingerprint takes some hundred times that
SECONDS_A_FILE = 5  # of CPU time: Pygments takes minutes for what was made to keep it busy

job, prints = {}, []  # set before the processes fork


class TooSlow(Exception):
    pass


def give_up(signal_number, frame):
    raise TooSlow


def read(path):
    """Without blank lines at the top, which Pygments does not count."""
    return pathlib.Path(path).read_text(encoding="utf-8").lstrip("\n")


def fingerprint(path, window, known):
    print_ = CodeFingerprint(path, NOISE, window, known, language="cpp", fp=io.StringIO(read(path)))
    # copydetect 0.5.0 writes the length of a class's name where the characters left out before it should stand.
    print_.offsets[:, 1] = numpy.maximum.accumulate(print_.offsets[:, 1])
    return print_


def known_passages():
    prints = [fingerprint(path, 1, None) for path in job["boilerplate"]]
    return numpy.unique(numpy.array([value for print_ in prints for value in print_.hashes], dtype=numpy.int64))


def own_fingerprint(index):
    """The fingerprint of a file without the boilerplate, or the reason why there is none."""
    path = job["files"][index]["file"]
    if pathlib.Path(path).stat().st_size > MOST_BYTES:
        return f"has over {MOST_BYTES >> 10} KiB"
    signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, SECONDS_A_FILE)
    try:
        print_ = fingerprint(path, MATCH - NOISE + 1, job["known"])
    except Exception as error:
        in_time = "" if not isinstance(error, TooSlow) else f" within {SECONDS_A_FILE} seconds"
        return f"cannot be taken apart{in_time}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return print_ if print_.token_coverage >= LEAST_OWN else "holds next to nothing of its own"


def partners(index):
    """Those that a file is compared with: later ones, no second file of the student, and nothing within past years."""
    one = job["files"][index]
    for other in range(index + 1, len(prints)):
        two = job["files"][other]
        same = one["student"] == two["student"] and one["past"] == two["past"]
        if not (same or one["past"] and two["past"] or isinstance(prints[other], str)):
            yield other


def compared(index):
    """The best pairs of a file, and the similarity of each."""
    found = []
    for other in [] if isinstance(prints[index], str) else partners(index):
        shared, shares, _ = compare_files(prints[index], prints[other])
        found.append((-float(max(shares)), index, other, [float(share) for share in shares], int(shared)))
    return sorted(found)[: job["pairs"]], {other: -negative for negative, _, other, _, _ in found}


def lines_of(index, positions):
    """Line numbers from 1 of positions in a file as it was read."""
    path = job["files"][index]["file"]
    text = read(path)
    skipped = pathlib.Path(path).read_text(encoding="utf-8").count("\n") - text.count("\n")
    ends = [at for at, character in enumerate(text) if character == "\n"]
    return [[bisect.bisect_left(ends, position) + 1 + skipped for position in side] for side in positions]


def stretches(a, b):
    """The matching stretches of both files; each names the one on the other side that it has most in common with."""
    one, two = prints[a], prints[b]
    _, _, slices = compare_files(one, two)
    common = one.hashes & two.hashes
    starts = [get_copied_slices(places, NOISE)[0] for places in
              find_fingerprint_overlap(common, common, one.hash_idx, two.hash_idx)]
    links = [collections.defaultdict(collections.Counter) for _ in starts]
    for value in sorted(common):
        for i in numpy.searchsorted(starts[0], one.hash_idx[value], side="right") - 1:
            for j in numpy.searchsorted(starts[1], two.hash_idx[value], side="right") - 1:
                links[0][int(i)][int(j)] += 1
                links[1][int(j)][int(i)] += 1
    sides = []
    for index, side, link in zip((a, b), slices, links):
        first, last = lines_of(index, [side[0], side[1] - 1])
        sides.append([[*ends, max(link[i], key=lambda j: (link[i][j], -j))] for i, ends in enumerate(zip(first, last))])
    return sides


def answered(pair):
    _, a, b, shares, shared = pair
    return {"a": a, "b": b, "shares": shares, "shared": shared, "stretches": stretches(a, b)}


def spread(work, count, steps):
    """work(0) … work(count - 1) on all processes, in order, saying how far it is: steps = (steps done before, all)."""
    results = []
    with concurrent.futures.ProcessPoolExecutor(job["jobs"], multiprocessing.get_context("fork")) as pool:
        for result in pool.map(work, range(count)):
            results.append(result)
            print(steps[0] + len(results), "OF", steps[1], file=sys.stderr, flush=True)
    return results


def nearest(rows):
    highest = [0.0] * len(rows)
    for index, (_, similarities) in enumerate(rows):
        for other, similarity in similarities.items():
            highest[index] = max(highest[index], similarity)
            highest[other] = max(highest[other], similarity)
    return highest


def main(job_file, answer_file):
    job.update(json.loads(pathlib.Path(job_file).read_text(encoding="utf-8")))
    job["known"] = known_passages()
    count = len(job["files"])
    prints.extend(spread(own_fingerprint, count, (0, 2 * count)))
    rows = spread(compared, count, (count, 2 * count))
    best = sorted(pair for row, _ in rows for pair in row)[: job["pairs"]]
    answer = {
        "skipped": [{"file": i, "reason": reason} for i, reason in enumerate(prints) if isinstance(reason, str)],
        "compared": sum(len(similarities) for _, similarities in rows),
        "nearest": nearest(rows),
        "pairs": [answered(pair) for pair in best if pair[0] < 0],
    }
    pathlib.Path(answer_file).write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":  # which passages winnowing keeps hangs on Python's hash of strings
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    main(*sys.argv[1:])
