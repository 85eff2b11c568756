// Leaves a thread running behind a right answer
// stopped by: sandbox
// verdict: graded
// twice: passed
#include <unistd.h>
#include <thread>

at::Tensor fixture::twice(const at::Tensor& x) {
  std::thread([] {
    for (;;) sleep(1);
  }).detach();
  return x * 2;
}
