"""scikit-learn's SVC, NuSVC and SVR (LIBSVM) on numbers made by a formula: record_svm.py. What it prints stands in
estimators/svm/classifier_test.cpp and regression_test.cpp."""
import numpy as np
from sklearn.svm import SVC, SVR, NuSVC


def table(n, d, step, f):
    return f(np.arange(n * d) * step).reshape(n, d)


X, QUERIES = table(90, 4, 1.7, np.sin), table(2, 4, 0.9, np.cos)
CLASSES = (X @ table(4, 3, 2.3, np.cos) + 0.8 * table(90, 3, 5.1, np.sin)).argmax(1)
VALUES = X[:, 0] * X[:, 1] + 0.3 * table(90, 1, 5.1, np.sin)[:, 0]
EXACT = {"tol": 1e-10, "cache_size": 100}
KERNELS = {
    "gaussian": {"kernel": "rbf", "gamma": 0.7},
    "polynomial": {"kernel": "poly", "gamma": 0.5, "coef0": 1, "degree": 3},
    "linear": {"kernel": "linear"},
    "sigmoid": {"kernel": "sigmoid", "gamma": 0.1, "coef0": -0.2},
}


def numbers(values):
    return ", ".join(f"{value:.9g}" for value in np.ravel(values))


def main():
    print("rows of each class", np.bincount(CLASSES))
    for name, kernel in KERNELS.items():
        for words, model in (("C 2", SVC(C=2, **kernel, **EXACT)), ("C 2, weights 1 3 0.5", SVC(C=2, class_weight={0: 1, 1: 3, 2: 0.5}, **kernel, **EXACT)), ("nu 0.44", NuSVC(nu=0.44, **kernel, **EXACT))):
            model.set_params(decision_function_shape="ovo").fit(X, CLASSES)
            print(f"{name}, {words}: {len(model.support_)} support vectors; {{{numbers(model.decision_function(QUERIES))}}}")
        model = SVR(C=2, epsilon=0.1, **kernel, **EXACT).fit(X, VALUES)
        print(f"{name}, svr: {len(model.support_)} support vectors; {{{numbers(model.predict(QUERIES))}}}")


if __name__ == "__main__":
    main()
