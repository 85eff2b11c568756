// Replaces the table of functions that may be called
// verdict: compile error|graded
// twice: failed|passed|crashed
// others: passed|failed|crashed

namespace spinlab::judging {
void* find_export(const std::string&) { return nullptr; }
}  // namespace spinlab::judging

at::Tensor fixture::twice(const at::Tensor& x) { return x; }
