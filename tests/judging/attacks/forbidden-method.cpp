// Calls a forbidden operation as a method
// verdict: forbidden operation

at::Tensor fixture::twice(const at::Tensor& x) { return std::get<0>(x.flatten().sort()); }
