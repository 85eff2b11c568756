#pragma once

#include <optional>

namespace spinlab {

/// What mpirun, or srun, says to the processes that it starts together.
struct Launch {
  int rank = 0, count = 1;
};

/// Of this process; nothing where it was started alone. By the variables of Open MPI, MPICH and Slurm's PMIx.
std::optional<Launch> launch_with_others();

}  // namespace spinlab
