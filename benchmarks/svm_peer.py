"""The Python side of `spinlab bench svm`: svm_peer.py FOLDER

Answers jobs as peers/choices.py says: linear machines by scikit-learn's LinearSVC (LIBLINEAR), its dual and its primal solver,
each with the loosest tolerance, to a quarter of a decade, whose objective is low enough; kernel machines by scikit-learn's SVC
(LIBSVM) on dense and on sparse rows, or by scikit-learn-intelex in both precisions; of which it keeps the fastest.
"""
import sys
import warnings

import numpy as np
import scipy.sparse
from peers.choices import answer, timed
from sklearn.svm import SVC, LinearSVC

warnings.filterwarnings("ignore")
FINER = 4  # tolerances a decade


class Linear:
    """Squared hinge, C 1, an intercept that is penalised."""

    def __init__(self, data, job):
        name, self.enough = job["name"], job["enough"]
        self.y = data[f"{name}_y"]
        if name == "sparse":
            n = len(self.y)
            parts = data["sparse_values"].astype(np.float64), data["sparse_columns"].astype(np.int32), data["sparse_starts"].astype(np.int32)
            self.X = scipy.sparse.csr_matrix(parts, shape=(n, job["width"]))
        else:
            self.X = scipy.sparse.csr_matrix(data[f"{name}_X"])  # LIBLINEAR goes through the same numbers; the faster start of both
        self.choices = {f"LinearSVC, {'dual' if dual else 'primal'}": self.loosest(dual) for dual in (False, True)}

    def objective(self, model):
        scores = self.X @ model.coef_.T + model.intercept_
        labels = self.y[:, None] if scores.shape[1] == 1 else (self.y[:, None] == model.classes_)
        missed = np.maximum(0, 1 - (2.0 * labels - 1) * scores)
        return float(((model.coef_**2).sum() + (model.intercept_**2).sum()) / 2 + (missed**2).sum())

    def loosest(self, dual):
        def find(limit):
            for quarter in range(FINER, 6 * FINER):
                tolerance = 10 ** (1 - quarter / FINER) if dual else 10 ** (-quarter / FINER)
                model = LinearSVC(C=1, dual=dual, tol=tolerance, max_iter=2000, random_state=0)
                seconds, _ = timed(lambda: model.fit(self.X, self.y))
                found = self.objective(model)
                print(f"svm_peer: {'dual' if dual else 'primal'}, tolerance {tolerance:.3g}: {seconds:.3g} s, {found / self.enough - 1:+.2e} above what is enough", file=sys.stderr)
                if found <= self.enough:
                    return lambda: model.fit(self.X, self.y)
                if seconds > limit:
                    return None
            return None

        return find

    def describe(self, model):
        return {"objective": self.objective(model)}


class Kernel:
    """exp(-γ|x - z|²), one against one; with queries in the job, what they are predicted to be."""

    def __init__(self, data, job):
        X, y = data["mnist_X"], data["mnist_y"]
        rows = np.flatnonzero(np.isin(y, job["classes"]))[: job["rows"]]
        self.X, self.y, self.gamma = X[rows], y[rows], job["gamma"]
        made, kinds = self.intelex(job["threads"]) if job["library"] == "intelex" else self.libsvm()
        options = {"C": job["C"], "gamma": self.gamma, "tol": job["tolerance"], "cache_size": job["cache_mb"], "shrinking": True}
        self.truth = data["test_y"] if job["predict"] else None
        self.choices = {}
        for words, of in kinds.items():
            rows = of(self.X)
            fit = lambda rows=rows: made(**options).fit(rows, self.y)
            self.choices[words] = self.prediction(fit(), of(data["test_X"])) if job["predict"] else fit

    @staticmethod
    def libsvm():
        return SVC, {"SVC, dense rows": lambda X: X, "SVC, sparse rows": scipy.sparse.csr_matrix}

    @staticmethod
    def intelex(threads):
        import daal4py
        from sklearnex.svm import SVC as FastSVC

        daal4py.daalinit(threads)
        return FastSVC, {f"scikit-learn-intelex, {kind.__name__}": lambda X, kind=kind: X.astype(kind) for kind in (np.float32, np.float64)}

    @staticmethod
    def prediction(model, queries):
        return lambda: model.predict(queries)

    def describe(self, result):
        if self.truth is not None:
            return {"right": int((result == self.truth).sum())}
        return {"objective": self.objective(result), "support": len(result.support_)}

    def objective(self, model):
        """Of each pair of classes' dual, summed: a support vector has a coefficient for each other class."""
        coefficients, support = np.asarray(model.dual_coef_.todense() if scipy.sparse.issparse(model.dual_coef_) else model.dual_coef_), self.X[model.support_]
        classes, total = self.y[model.support_], 0.0
        present = np.unique(self.y)
        for i, a in enumerate(present):
            for j, b in list(enumerate(present))[i + 1 :]:
                ours = np.concatenate([np.flatnonzero(classes == a), np.flatnonzero(classes == b)])
                weights = np.concatenate([coefficients[j - 1, classes == a], coefficients[i, classes == b]])
                x = support[ours[weights != 0]]
                weights = weights[weights != 0]
                squares = (x**2).sum(1)
                K = np.exp(-self.gamma * np.maximum(squares[:, None] + squares - 2 * x @ x.T, 0))
                total += weights @ K @ weights / 2 - np.abs(weights).sum()
        return float(total)


if __name__ == "__main__":
    answer({"linear": Linear, "kernel": Kernel}, sys.argv[1])
