"""The attention of recurrent_encoder_decoder.h in PyTorch."""

import torch


def attended(layer, y, memory):
    """tanh(W [c; y]) of outputs y, (n, T, hidden), that look back at memory, (S, n, hidden)."""
    weights = (y @ memory.permute(1, 2, 0)).softmax(2)
    return layer(torch.cat([weights @ memory.transpose(0, 1), y], 2)).tanh()
