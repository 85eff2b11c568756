// Instantiates templates without end
// verdict: compile error

template <long n>
struct Bomb {
  static constexpr long value = Bomb<n + 1>::value + Bomb<n + 2>::value;
};
static const long boom = Bomb<0>::value;

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
