"""Fails unless torch.load, which trusts nothing by default, reads the checkpoint that checkpoint_test.cpp wrote."""

import sys

import torch

entries = dict(torch.load(sys.argv[1], weights_only=True))
assert entries["config"] == "hash", entries
assert torch.equal(entries["model.weight"], torch.arange(6.0).reshape(2, 3)), entries
