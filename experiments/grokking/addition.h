#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace spinlab::experiments {

/// Which part of logits (a, b, c), (p, p, p), depends on c - a - b mod p alone, as a share of their squares:
/// their projection on what stays when a, b and c move by s, t and s + t. The means over c, which no
/// probability knows of, are left out. 1 for a network whose answers are right by the rule and not by pairs,
/// 1/p² for numbers without any order. Of logits that are all equal it is 0.
double symmetric_share(const at::Tensor& logits);

/// How the embedding of the numbers modulo p, (p, width), is spread over frequencies: of k = 1 … ⌊p/2⌋ the
/// share of Σ_j |Σ_a E_aj exp(-2πi k a/p)|². [Nanda et al., arXiv:2301.05217, section 4.1]
std::vector<double> frequency_powers(const at::Tensor& embedding);

}  // namespace spinlab::experiments
