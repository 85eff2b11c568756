// Fills five gigabytes piece by piece and makes each piece read-only, which takes it out of what RLIMIT_DATA counts.
// verdict: graded
// twice: over memory|timed out
// stopped by: sandbox
#include <sys/mman.h>
#include <unistd.h>

namespace fixture {

at::Tensor twice(const at::Tensor& x) {
  constexpr std::size_t kPiece = std::size_t{64} << 20;
  for (int i = 0; i < 80; ++i) {
    auto* piece = static_cast<char*>(mmap(nullptr, kPiece, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    if (piece == MAP_FAILED) break;
    for (std::size_t k = 0; k < kPiece; k += 4096) piece[k] = 1;
    mprotect(piece, kPiece, PROT_READ);
  }
  usleep(300'000);
  return x * 2;
}

}  // namespace fixture
