#include "src/core/launch.h"

#include <cstdlib>
#include <utility>

namespace spinlab {

std::optional<Launch> launch_with_others() {
  constexpr std::pair<const char*, const char*> kNames[] = {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                                            {"PMI_RANK", "PMI_SIZE"},
                                                            {"PMIX_RANK", "SLURM_STEP_NUM_TASKS"}};
  for (const auto& [rank, count] : kNames) {
    const auto *own = std::getenv(rank), *all = std::getenv(count);
    if (own == nullptr || all == nullptr) continue;
    if (std::atoi(all) < 2) return std::nullopt;
    return Launch{std::atoi(own), std::atoi(all)};
  }
  return std::nullopt;
}

}  // namespace spinlab
