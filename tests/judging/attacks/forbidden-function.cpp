// Calls a forbidden operation as a function
// verdict: forbidden operation

at::Tensor fixture::twice(const at::Tensor& x) { return std::get<0>(at::linalg_lstsq(x, x)); }
