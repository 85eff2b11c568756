"""What elastic_net.h predicts, in PyTorch: linear values, as ridge.h."""

from models.estimators.ridge import Network
