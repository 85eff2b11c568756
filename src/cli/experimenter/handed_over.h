#pragma once

#include "src/cli/command_line.h"

/// The commands that compute with tensors. spinlab, which loads no LibTorch, lists them and hands them over
/// to the programs that have them (src/cli/other_programs.h).
namespace spinlab::cli::handed_over {

inline constexpr CommandName kBench{Room::kExperimenters, "bench",
                                    "Measure against peers, in turns on this machine"};
inline constexpr CommandName kDemo{
    Room::kExperimenters, "demo",
    "Sample the Ising model, train a network to tell its phases apart, grade sample submissions"};
inline constexpr CommandName kEvaluate{Room::kExperimenters, "evaluate",
                                       "The metrics of a run's checkpoint on every part of its data set"};
inline constexpr CommandName kCompare{
    Room::kExperimenters, "compare",
    "Runs side by side: settings that differ, metrics with their standard error, curves"};
inline constexpr CommandName kResults{Room::kExperimenters, "results",
                                      "A page of what runs reached beside what is published"};
inline constexpr CommandName kRuns{Room::kExperimenters, "runs", "List the runs that there are"};
inline constexpr CommandName kSweep{Room::kExperimenters, "sweep",
                                    "Train a recipe with many settings and seeds, all cores busy"};
inline constexpr CommandName kExperiment{
    Room::kStudents, "experiment",
    "Run an assignment's experiment with your functions, or one of the course, and draw it"};
inline constexpr CommandName kExport{
    Room::kExperimenters, "export",
    "A run's weights and metrics for other programs: PyTorch, TensorBoard, tables"};
inline constexpr CommandName kPlot{Room::kExperimenters, "plot", "Draw the curves of a run"};
inline constexpr CommandName kSample{Room::kExperimenters, "sample", "Let a language model write on"};
inline constexpr CommandName kTrain{Room::kExperimenters, "train", "Train a model by a recipe"};

/// spinlab itself has the other subcommands of `data`.
inline constexpr CommandName kData{Room::kExperimenters, "data",
                                   "The data sets: what there is, fetch, check, look at"};
inline constexpr CommandName kDataShow{Room::kExperimenters, "show",
                                       "Shapes, classes, mean and deviation, where it comes from, a sample"};

}  // namespace spinlab::cli::handed_over
