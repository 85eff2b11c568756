#pragma once

namespace spinlab::authoring {

/// How often the master failed runs of one check, a seed each, and what that says of the check's verdict over
/// `stochastic.runs` seeds.
struct FalseFailures {
  int runs = 0;
  int failed = 0;
};

/// P(K ≥ k) for K successes among n, each of probability p.
double binomial_tail(int n, int k, double p);

/// The probability that fewer than `majority` of `runs` pass where each fails with probability `p`.
double verdict_fails(int runs, int majority, double p);

/// The largest p that does not make so few failures a surprise: Clopper and Pearson's upper limit, one-sided.
/// [Biometrika 26 (1934) 404]
double upper_limit(const FalseFailures& measured, double confidence);

/// Whether so many failures have a probability below 1e-6 where the verdict fails with probability `stated`.
bool contradicts(const FalseFailures& measured, int runs, int majority, double stated);

}  // namespace spinlab::authoring
