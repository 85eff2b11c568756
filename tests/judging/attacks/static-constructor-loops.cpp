// Never ends being loaded
// stopped by: sandbox
// verdict: timed out
// others: timed out

static const int stay = [] {
  for (volatile int i = 0;; i = i + 1) {
  }
  return 1;
}();

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
