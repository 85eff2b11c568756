"""linear_exact.json from NIST's tables, linear_NAME.csv: least squares in exact rational arithmetic, rounded once at the end.

    python3 nist_linear_exact.py FOLDER            writes it beside the tables
    python3 nist_linear_exact.py FOLDER --check    ends with 1 where the one that is there is not what the tables give
"""
import json
import pathlib
import sys
from fractions import Fraction

# The model of each: degree of the polynomial in the first column (0: the columns themselves), whether it has an intercept.
MODELS = {
    "norris": (1, True), "pontius": (2, True), "noint1": (1, False), "noint2": (1, False), "filip": (10, True),
    "longley": (0, True), "wampler1": (5, True), "wampler2": (5, True), "wampler3": (5, True), "wampler4": (5, True),
    "wampler5": (5, True),
}


def table(folder, name):
    lines = (folder / f"linear_{name}.csv").read_text().split()[1:]
    rows = [[Fraction(number) for number in line.split(",")] for line in lines]
    return [row[0] for row in rows], [row[1:] for row in rows]


def design(columns, degree, intercept):
    """Rows of the design matrix. The tables' own powers are rounded, so only x itself is used."""
    lowest = 0 if intercept else 1
    if degree > 0:
        return [[row[0] ** power for power in range(lowest, degree + 1)] for row in columns]
    return [[Fraction(1)] * (1 - lowest) + row for row in columns]


def solved(matrix, right):
    """Gauss-Jordan elimination; without rounding any pivot but 0 will do."""
    rows = [row + [value] for row, value in zip(matrix, right)]
    for i in range(len(rows)):
        pivot = next(k for k in range(i, len(rows)) if rows[k][i] != 0)
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for k in range(len(rows)):
            if k != i and rows[k][i] != 0:
                rows[k] = [a - rows[k][i] * b for a, b in zip(rows[k], rows[i])]
    return [row[-1] for row in rows]


def least_squares(X, y):
    d = len(X[0])
    normal = [[sum(row[i] * row[j] for row in X) for j in range(d)] for i in range(d)]
    beta = solved(normal, [sum(row[i] * value for row, value in zip(X, y)) for i in range(d)])
    residual = sum((value - sum(b * x for b, x in zip(beta, row))) ** 2 for row, value in zip(X, y))
    return beta, residual


def formula(degree, intercept):
    if degree == 0:
        return "y = beta_0 + sum_j beta_j x_j"
    return f"y = sum_k beta_k x^k, k = 0..{degree}" if intercept else "y = beta x"


def exact(folder, name, degree, intercept):
    y, columns = table(folder, name)
    beta, residual = least_squares(design(columns, degree, intercept), y)
    return {"model": formula(degree, intercept), "observations": len(y), "beta": [float(b) for b in beta],
            "residual_sum_of_squares": float(residual)}


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["--check"]):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    file = folder / "linear_exact.json"
    text = json.dumps({name: exact(folder, name, *model) for name, model in MODELS.items()}, indent=1)
    if sys.argv[2:]:
        sys.exit(0 if file.read_text() == text else f"{file} is not what the tables give; run this script without --check")
    file.write_text(text)


if __name__ == "__main__":
    main()
