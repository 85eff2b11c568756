"""The Python side of `spinlab bench svm`: svm_peer.py FOLDER

Answers jobs as peers/choices.py says: linear machines by scikit-learn's LinearSVC (LIBLINEAR), its dual and its primal solver,
each with the loosest tolerance, to a quarter of a decade, whose objective is low enough; of which it keeps the faster.
"""
import sys
import warnings

import numpy as np
import scipy.sparse
from peers.choices import answer, timed
from sklearn.svm import LinearSVC

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


if __name__ == "__main__":
    answer({"linear": Linear}, sys.argv[1])
