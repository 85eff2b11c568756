// In spinlab: what other programs have.
#include "src/cli/experimenter/handed_over.h"

#include "src/cli/other_programs.h"

namespace spinlab::cli {
namespace {

void to_zoo(Command& command) { command.hand_over(become_zoo); }
void to_bench(Command& command) { command.hand_over(become_bench); }
void to_demo(Command& command) { command.hand_over(become_demo); }

const Registration kHandedOver[] = {
    {handed_over::kBench, to_bench}, {handed_over::kDemo, to_demo},  {handed_over::kEvaluate, to_zoo},
    {handed_over::kCompare, to_zoo}, {handed_over::kResults, to_zoo}, {handed_over::kExport, to_zoo}, {handed_over::kPlot, to_zoo},
    {handed_over::kRuns, to_zoo},    {handed_over::kSample, to_zoo},    {handed_over::kSweep, to_zoo},  {handed_over::kTrain, to_zoo}};

}  // namespace
}  // namespace spinlab::cli
