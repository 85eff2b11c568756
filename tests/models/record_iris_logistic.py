"""The maximum-likelihood coefficients of iris versicolor (0) against virginica (1), in 50 digits:
record_iris_logistic.py IRIS.data. Newton's method from 0 with mpmath; what it prints stands in
estimators/logistic_test.cpp."""
import sys

import mpmath as mp

mp.mp.dps = 50


def rows(file):
    for line in open(file):
        *numbers, name = line.strip().split(",") if line.strip() else (None,)
        if name in ("Iris-versicolor", "Iris-virginica"):
            yield [mp.mpf(number) for number in numbers] + [mp.mpf(1)], int(name == "Iris-virginica")


def main(file):
    data = list(rows(file))
    w = mp.zeros(5, 1)
    for _ in range(40):
        gradient, hessian = mp.zeros(5, 1), mp.zeros(5, 5)
        for x, y in data:
            p = 1 / (1 + mp.exp(-sum(a * b for a, b in zip(x, w))))
            for i in range(5):
                gradient[i] += (y - p) * x[i]
                for j in range(5):
                    hessian[i, j] += p * (1 - p) * x[i] * x[j]
        step = mp.lu_solve(hessian, gradient)
        w += step
        if mp.norm(step) < mp.mpf(10) ** -40:
            break
    likelihood = sum(-mp.log(1 + mp.exp(-(2 * y - 1) * sum(a * b for a, b in zip(x, w)))) for x, y in data)
    print("sepal length, sepal width, petal length, petal width, intercept")
    print([mp.nstr(each, 12) for each in w], "log likelihood", mp.nstr(likelihood, 12))


if __name__ == "__main__":
    main(sys.argv[1])
