"""The Python side of `spinlab bench recurrent`, reservoirs and trajectories: reservoirs_peer.py FOLDER

Answers jobs as peers/choices.py says: reservoirpy's nodes with the weights of ours, by NumPy and SciPy or by JAX; Lorenz's system
by SciPy and NumPy.
"""
import os
import sys

os.environ.setdefault("JAX_ENABLE_X64", "1")

import numpy as np
import reservoirpy.jax.nodes
import reservoirpy.nodes
import scipy.integrate
import scipy.sparse
from peers.choices import answer

LEAK, RATES = 0.3, (10.0, 28.0, 8 / 3)


class Reservoirs:
    """Both backends with the same weights; `choices` are named after them."""

    backends = {"NumPy and SciPy": reservoirpy.nodes, "JAX": reservoirpy.jax.nodes}

    def __init__(self, data, job):
        self.job, self.path = job, data["path"]
        self.heard = self.path[:-1]
        self.states, self.weights, self.intercept = data["states"], data["weights"], data["intercept"]
        self.recurrent, self.input = scipy.sparse.csr_matrix(data["recurrent"]), data["input"]
        self.choices = {name: self.choice(nodes, name) for name, nodes in self.backends.items()}

    def reservoir(self, nodes, name):
        W, Win, bias = self.recurrent, self.input, np.zeros(self.input.shape[0])
        if name == "JAX":  # its sparse matrices are slower than whole ones up to 5,000 units
            import jax.numpy as jnp

            W, Win, bias = jnp.asarray(W.toarray()), jnp.asarray(Win), jnp.asarray(bias)
        node = nodes.Reservoir(W=W, Win=Win, bias=bias, lr=LEAK)
        node.initialize(self.heard[:1])
        return node


class Run(Reservoirs):
    def choice(self, nodes, name):
        node = self.reservoir(nodes, name)

        def run():
            node.reset()
            return np.asarray(node.run(self.heard))

        return run

    def describe(self, states):
        return {"sum": float(states.sum())}


class Readout(Reservoirs):
    def choice(self, nodes, name):
        def fit():
            node = nodes.Ridge(ridge=self.job["penalty"])
            node.fit(self.states, self.path[1:], warmup=self.job["washout"])
            return np.asarray(node.Wout)

        return fit


class Forecast(Reservoirs):
    def choice(self, nodes, name):
        node = self.reservoir(nodes, name)
        readout = nodes.Ridge(Wout=self.weights, bias=self.intercept)
        readout.initialize(self.states[:1], self.path[:1])
        model = node >> readout
        begun = self.path[-1]

        def forecast():
            for _ in range(self.job["forecasts"]):
                y = begun
                for _ in range(self.job["steps"]):
                    y = model(y)
            return np.asarray(y)

        return forecast


def slope(_, u):
    s, r, b = RATES
    return np.stack([s * (u[1] - u[0]), u[0] * (r - u[2]) - u[1], u[0] * u[1] - b * u[2]])


def step(f, u, h):
    k1 = f(0, u)
    k2 = f(0, u + h / 2 * k1)
    k3 = f(0, u + h / 2 * k2)
    k4 = f(0, u + h * k3)
    return u + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


START, SPAN = np.array([1.0, 1.0, 20.0]), 5.0


def scalar_slope(_, u):
    s, r, b = RATES
    x, y, z = u
    return [s * (y - x), x * (r - z) - y, x * y - b * z]


class One:
    """Of each method the loosest tolerance, to a quarter of a decade, whose error after SPAN is no larger than that of our steps."""

    def __init__(self, data, job):
        self.end = job["step"] * job["steps"]
        exact = self.solve("DOP853", 1e-13, SPAN)
        u = START
        for _ in range(round(SPAN / job["step"])):
            u = step(slope, u, job["step"])
        self.enough = np.abs(u - exact).max()
        self.exact = exact
        self.choices = {name: self.loosest(name) for name in ("RK45", "DOP853", "LSODA")}

    def solve(self, method, tolerance, end):
        return scipy.integrate.solve_ivp(scalar_slope, (0, end), START, method=method, rtol=tolerance, atol=tolerance, t_eval=[end]).y[:, 0]

    def loosest(self, method):
        for quarter in range(12, 53):
            tolerance = 10 ** (-quarter / 4)
            if np.abs(self.solve(method, tolerance, SPAN) - self.exact).max() <= self.enough:
                return lambda: self.solve(method, tolerance, self.end)
        return None


class Thousand:
    def __init__(self, data, job):
        u0 = (START[None] + 0.01 * np.arange(1000)[:, None]).T.copy()

        def by_numpy():
            u = u0
            for _ in range(job["steps"]):
                u = step(slope, u, job["step"])
            return u

        self.choices = {"NumPy, all at once": by_numpy}


def with_tangents(_, w):
    s, r, b = RATES
    x, y, z = w[0], w[1], w[2]
    V = w[3:].reshape(3, 3)
    J = np.array([[-s, s, 0], [r - z, -1, -x], [y, x, -b]])
    return np.concatenate([[s * (y - x), x * (r - z) - y, x * y - b * z], (J @ V).ravel()])


class Spectrum:
    def __init__(self, data, job):
        def by_numpy():
            w, logs = np.concatenate([START, np.eye(3).ravel()]), np.zeros(3)
            for i in range(job["steps"] // job["every"]):
                for _ in range(job["every"]):
                    w = step(with_tangents, w, job["step"])
                Q, R = np.linalg.qr(w[3:].reshape(3, 3))
                logs += np.log(np.abs(np.diag(R)))
                w[3:] = Q.ravel()
            return logs / (job["steps"] * job["step"])

        self.choices = {"NumPy": by_numpy}


if __name__ == "__main__":
    answer({"run": Run, "readout": Readout, "forecast": Forecast, "one": One, "thousand": Thousand, "spectrum": Spectrum}, sys.argv[1])
