// Prints without end to everything it has
// stopped by: sandbox
// verdict: graded
// twice: passed
#include <unistd.h>
#include <string>

at::Tensor fixture::twice(const at::Tensor& x) {
  const std::string line(1 << 12, 'x');
  for (int i = 0; i < 10000; ++i)
    for (int stream : {1, 2}) (void)!write(stream, line.data(), line.size());
  return x * 2;
}
