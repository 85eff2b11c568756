// Leaves before any call, as the object is loaded
// stopped by: sandbox
// verdict: crashed
// others: crashed
#include <unistd.h>

static const int leave = (_exit(0), 1);

at::Tensor fixture::twice(const at::Tensor& x) { return x * 2; }
