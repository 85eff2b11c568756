"""What linear_svm.h predicts, in PyTorch: a linear classifier, as logistic.h."""

from models.estimators.logistic import Network
