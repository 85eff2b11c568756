"""scikit-learn's LinearSVC (LIBLINEAR) on numbers made by a formula: record_linear_svm.py. What it prints stands in
estimators/linear_svm_test.cpp."""
import numpy as np
from sklearn.svm import LinearSVC


def problem(classes, n=60, d=4):
    """sin of the place, and the class by the largest of linear scores that are disturbed."""
    X = np.sin(np.arange(n * d) * 1.7).reshape(n, d)
    scores = X @ np.cos(np.arange(d * classes) * 2.3).reshape(d, classes)
    return X, (scores + 0.8 * np.sin(np.arange(n * classes) * 5.1).reshape(n, classes)).argmax(1)


def main():
    for classes in (2, 3):
        X, y = problem(classes)
        print(classes, "classes, rows of each:", np.bincount(y))
        for loss in ("squared_hinge", "hinge"):
            for C in (0.5, 5):
                model = LinearSVC(C=C, loss=loss, dual=True, tol=1e-10, max_iter=10_000_000, random_state=0).fit(X, y)
                W = np.hstack([model.coef_, model.intercept_[:, None]])
                print(f"{{{classes}, HingeLoss::{'kHinge' if loss == 'hinge' else 'kSquaredHinge'}, {C}, {{", end="")
                print(", ".join(f"{number:.9g}" for number in W.ravel()), end="}},\n")


if __name__ == "__main__":
    main()
