// Starts threads until no more are given
// stopped by: sandbox
// verdict: graded
// twice: passed|failed|over memory|crashed
#include <unistd.h>
#include <thread>
#include <vector>

at::Tensor fixture::twice(const at::Tensor& x) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 100000; ++i)
    threads.emplace_back([] {
      for (;;) sleep(1);
    });
  return x;
}
