// Answers with a view whose strides repeat one element
// verdict: graded
// twice: failed

at::Tensor fixture::twice(const at::Tensor& x) {
  return x.to(torch::kHalf).flatten().slice(0, 0, 1).expand({1 << 20}).view({1 << 10, 1 << 10});
}
