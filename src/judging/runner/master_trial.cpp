#include "src/judging/runner/master_trial.h"

#include "src/judging/compile/build.h"
#include "src/judging/runner/assignment_programs.h"
#include "src/judging/runner/checker_pool.h"
#include "src/judging/runner/templates.h"

namespace fs = std::filesystem;

namespace spinlab::judging {

void require_master_comes_through(const Assignment& assignment, const std::vector<CheckInfo>& checks, const CheckSeeds& seeds) {
  const auto file = assignment.folder / "solution.cpp";
  if (!fs::exists(file)) return;
  std::string text;
  Templates templates(assignment, checker_of(assignment));
  TORCH_CHECK(!read_source(assignment, file, text) && !build(assignment, templates.folder(), text),
              "the master can't be built, so nobody can tell why a checker came to no result");
  TimeBudget budget(assignment.limits.total_seconds);
  checker_pool(templates, assignment.limits, seeds.seed, 1, budget).run(checks, seeds, [](const CheckReply& reply) {
    TORCH_CHECK(!reply.out_of_checkers_memory, reply.result.name,
                " has too little memory with the master too; raise \"memory_mib\" in assignment.json");
  });
}

}  // namespace spinlab::judging
