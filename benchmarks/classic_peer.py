"""The Python side of `spinlab bench classic`: classic_peer.py FOLDER

Answers each line {"job": NAME} on standard input by one on standard output: {"seconds": …, "setting": …} of one solution. At
a job's first time it tries the implementations and settings that a user can choose (scikit-learn's solvers, scikit-learn-intelex
where it has the estimator, celer, skglm; float32 and float64), each with the loosest tolerance that meets the accuracy asked
for, and keeps the fastest.
"""
import sys
import warnings

import numpy as np
from celer import celer_path
from peers.choices import answer, timed
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LogisticRegression, Ridge, enet_path
from sklearn.neighbors import KNeighborsClassifier
from sklearnex.linear_model import LogisticRegression as FastLogisticRegression
from sklearnex.linear_model import Ridge as FastRidge
from sklearnex.neighbors import KNeighborsClassifier as FastKNeighborsClassifier
from skglm.datafits import Quadratic
from skglm.penalties import L1, L1_plus_L2
from skglm.solvers import AndersonCD

warnings.filterwarnings("ignore")
FINER = 4  # tolerances a decade


class Nearest:
    """The test set's classes by one nearest neighbour."""

    def __init__(self, data, job):
        X, y, queries, truth = (data[name] for name in ("mnist_X", "mnist_y", "mnist_queries", "mnist_truth"))
        self.choices = {}
        for kind, made in (("scikit-learn", KNeighborsClassifier), ("scikit-learn-intelex", FastKNeighborsClassifier)):
            for dtype in (np.float32, np.float64):
                self.choices[f"{kind}, brute, {np.dtype(dtype)}"] = self.solver(made, X.astype(dtype), y, queries.astype(dtype), truth)

    @staticmethod
    def solver(made, X, y, queries, truth):
        def solve():
            wrong = (made(1, algorithm="brute", n_jobs=-1).fit(X, y).predict(queries) != truth).sum()
            assert wrong == 309, wrong
        return solve


class Softmax:
    """Softmax regression until its objective is within `accuracy` of the least."""

    def __init__(self, data, job):
        X, y, self.penalty = data["mnist_X"] / 255, data["mnist_y"], job["penalty"]
        self.enough = job["least"] * (1 + job["accuracy"])
        self.onehot = np.arange(len(y)), y
        self.X = X
        self.choices = {}
        # Iterations of a few times the fastest's seconds: a solver that is not there by then is given up.
        solvers = (("newton-cg", LogisticRegression, 100), ("lbfgs", LogisticRegression, 300),
                   ("lbfgs", FastLogisticRegression, 300), ("saga", LogisticRegression, 30))
        for dtype in (np.float32, np.float64):
            typed = X.astype(dtype)
            for solver, made, iterations in solvers:
                kind = "scikit-learn" if made is LogisticRegression else "scikit-learn-intelex"
                self.add(f"{kind}, {solver}, {np.dtype(dtype)}", made, solver, iterations, typed, y)

    def add(self, name, made, solver, iterations, X, y):
        def attempt(tolerance):
            return made(C=1 / (len(y) * self.penalty), solver=solver, tol=tolerance, max_iter=iterations).fit

        def is_enough(model):
            W, b = model.coef_.astype(float), model.intercept_.astype(float)
            scores = self.X @ W.T + b
            top = scores.max(1)
            loss = (np.log(np.exp(scores - top[:, None]).sum(1)) + top - scores[self.onehot]).mean()
            there = loss + self.penalty / 2 * (W**2).sum() <= self.enough
            return None if not there and model.n_iter_.max() >= iterations else there

        self.choices[name] = loosest(lambda tolerance: lambda: attempt(tolerance)(X, y), is_enough, first=4, last=6)


class RidgeRegression:
    def __init__(self, data, job):
        X, y, penalty = data[job["X"]], data[job["y"]], job["penalty"]
        self.choices = {}
        for solver in ("cholesky", "svd", "lsqr", "auto"):
            if solver == "svd":
                continue  # ten times the others' time
            self.choices[f"scikit-learn, {solver}"] = self.solver(Ridge, penalty * len(y), solver, X, y)
        self.choices["scikit-learn-intelex"] = self.solver(FastRidge, penalty * len(y), "auto", X, y)

    @staticmethod
    def solver(made, alpha, solver, X, y):
        return lambda: made(alpha=alpha, solver=solver, tol=1e-10).fit(X, y)


def largest_gap(X, y, penalties, ratio, weights):
    """Of all weights (d, L), in units of the objective at 0; X and y centred."""
    n = len(y)
    l1, l2 = penalties * ratio, penalties * (1 - ratio)
    residuals = y[:, None] - X @ weights
    slopes = X.T @ residuals / n - l2 * weights
    s = np.minimum(1, l1 / np.abs(slopes).max(0))
    squares = (residuals**2).sum(0) / n + l2 * (weights**2).sum(0)
    primal = squares / 2 + l1 * np.abs(weights).sum(0)
    dual = s * (residuals.T @ y) / n - s**2 * squares / 2
    return ((primal - dual) / (y @ y / (2 * n))).max()


class Path:
    """The elastic net's weights for penalties from the largest down."""

    def __init__(self, data, job):
        X, y, penalties, ratio = data[job["X"]], data[job["y"]], data[job["penalties"]], job["l1_ratio"]
        centred, y_centred = X - X.mean(0), y - y.mean()

        def is_enough(weights):
            return largest_gap(centred, y_centred, penalties, ratio, weights) <= job["gap"]

        def scikit(tolerance):
            # enet_path itself takes no intercept: what ElasticNet(fit_intercept=True) does before it is timed too
            def solve():
                return enet_path(X - X.mean(0), y - y.mean(), l1_ratio=ratio, alphas=penalties, tol=tolerance, max_iter=100_000)[1]
            return solve

        def celer(tolerance):
            def solve():
                return celer_path(X - X.mean(0), y - y.mean(), "lasso", alphas=penalties, tol=tolerance, max_iter=1000)[1]
            return solve

        def skglm(tolerance):
            def solve():
                Xc, yc = np.asfortranarray(X - X.mean(0)), y - y.mean()
                penalty = L1(1.0) if ratio == 1 else L1_plus_L2(1.0, ratio)
                solver = AndersonCD(tol=tolerance, fit_intercept=False, max_iter=200, max_epochs=100_000)
                return solver.path(Xc, yc, Quadratic(), penalty, alphas=penalties)[1]
            return solve

        self.choices = {"scikit-learn, enet_path": loosest(scikit, is_enough), "skglm, AndersonCD": loosest(skglm, is_enough)}
        if ratio == 1:
            self.choices["celer, celer_path"] = loosest(celer, is_enough)
        if job.get("only"):
            self.choices = {name: found for name, found in self.choices.items() if name.startswith(job["only"])}


class Kernels:
    def __init__(self, data, job):
        X, Y = data["mnist_X"][: job["n"]] / 255, np.eye(10)[data["mnist_y"][: job["n"]]]
        Y = Y - Y.mean(0)
        model = KernelRidge(alpha=job["penalty"] * len(X), kernel="rbf", gamma=0.5 / job["width"] ** 2)
        self.choices = {"scikit-learn, float64": lambda: model.fit(X, Y)}


class Process:
    """One gradient of the marginal likelihood."""

    def __init__(self, data, job):
        X, y = data["process_X"], data["process_y"]
        kernel = ConstantKernel(1.0) * RBF(np.full(X.shape[1], job["width"])) + WhiteKernel(job["noise"])
        model = GaussianProcessRegressor(kernel, optimizer=None).fit(X[:2], y[:2])
        model.X_train_, model.y_train_ = X, y
        self.choices = {"scikit-learn": lambda: model.log_marginal_likelihood(kernel.theta, eval_gradient=True, clone_kernel=False)}

    @staticmethod
    def describe(found):
        value, gradient = found
        return {"value": float(value), "gradient": list(map(float, gradient))}


def loosest(attempt, is_enough, first=1, last=14):
    """The solver of the loosest tolerance that is enough, to a quarter of a decade; None where none from 10^-first to 10^-last
    is, where is_enough answers None (a tighter one would not help), or where one attempt takes longer than `limit`."""

    def find(limit):
        def enough(exponent):
            seconds, result = timed(attempt(10.0**-exponent))
            return None if seconds > limit else is_enough(result)

        if first == 1:
            attempt(0.1)()  # compiles, where the peer does
        for exponent in range(first, last + 1):
            answer = enough(exponent)
            if answer is None:
                return None
            if answer:
                break
        else:
            return None
        finer = (exponent - k / FINER for k in range(FINER - 1, 0, -1)) if exponent > first else ()
        exponent = next((looser for looser in finer if enough(looser)), exponent)
        return attempt(10.0**-exponent)

    return find


JOBS = {"nearest": Nearest, "softmax": Softmax, "ridge": RidgeRegression, "path": Path, "kernel_ridge": Kernels, "process": Process}


if __name__ == "__main__":
    answer(JOBS, sys.argv[1])
