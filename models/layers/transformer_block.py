"""The layer of transformer_block.h in PyTorch, with the same names of parameters."""

from torch import nn

from models.layers.feed_forward import FeedForward
from models.layers.multi_head_attention import MultiHeadAttention
from models.layers.sequence_norm import SequenceNorm


class TransformerBlock(nn.Module):
    """Attention, in a decoder also to a memory, and the feed-forward network, each added to what came in."""

    def __init__(self, options, causal, decoder):
        super().__init__()
        width, heads, bias = options["width"], options["heads"], options["bias"]
        groups = options["key_value_heads"] or heads
        self.before, self.decoder = options["norm_place"] == "pre", decoder
        self.attention_norm = SequenceNorm(width, options["norm"], bias)
        self.attention = MultiHeadAttention(width, heads, groups, bias, causal, options["positions"] == "rotary")
        if decoder:
            self.memory_norm = SequenceNorm(width, options["norm"], bias)
            self.memory_attention = MultiHeadAttention(width, heads, groups, bias)
        self.feed_forward_norm = SequenceNorm(width, options["norm"], bias)
        self.feed_forward = FeedForward(width, options["hidden"], options["feed_forward"], bias)

    def added(self, x, norm, sublayer):
        return x + sublayer(norm(x)) if self.before else norm(x + sublayer(x))

    def forward(self, x, memory=None):
        x = self.added(x, self.attention_norm, self.attention)
        if self.decoder:
            x = self.added(x, self.memory_norm, lambda z: self.memory_attention(z, memory))
        return self.added(x, self.feed_forward_norm, self.feed_forward)
