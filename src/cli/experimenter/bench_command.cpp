#include <cstdio>
#include <iostream>

#include "benchmarks/classic.h"
#include "benchmarks/classic_growth.h"
#include "benchmarks/convolution.h"
#include "benchmarks/feedback.h"
#include "benchmarks/grading.h"
#include "benchmarks/infinite_width.h"
#include "benchmarks/recurrent_growth.h"
#include "benchmarks/recurrent_language.h"
#include "benchmarks/reservoirs.h"
#include "benchmarks/runs.h"
#include "benchmarks/similarity.h"
#include "benchmarks/svm.h"
#include "benchmarks/training.h"
#include "benchmarks/transformer.h"
#include "src/cli/data_presence.h"
#include "src/cli/experimenter/handed_over.h"
#include "src/core/config.h"

namespace spinlab::cli {
namespace {

struct BenchArguments {
  std::string name, data, rows, out;
  int repetitions = 5, submissions = 100;
  bool json = false, growth = false;
};

void print_json(const benchmarks::Row& row) {
  std::cout << Json{{"name", row.name}, {"ours", row.ours},     {"peer", row.peer},
                    {"unit", row.unit}, {"ratio", row.ratio()}, {"note", row.note}}
                   .dump()
            << std::endl;
}

void print_text(const benchmarks::Row& row) {
  std::printf("%-24s ours %8.4f %s   peer %8.4f %s   ratio %6.2f   (%s)\n", row.name.c_str(), row.ours,
              row.unit.c_str(), row.peer, row.unit.c_str(), row.ratio(), row.note.c_str());
  std::fflush(stdout);
}

void print_detection_json(const benchmarks::Detection& row) {
  std::cout << Json{{"name", "similarity/" + row.edit},
                    {"threshold", row.threshold},
                    {"found", row.found},
                    {"copies", row.copies},
                    {"false", row.false_alarms},
                    {"others", row.others}}
                   .dump()
            << std::endl;
}

void print_detection_text(const benchmarks::Detection& row) {
  std::printf("%-24s from %.2f on: found %d of %d copies, and %d of %lld other pairs\n",
              ("similarity/" + row.edit).c_str(), row.threshold, row.found, row.copies, row.false_alarms,
              static_cast<long long>(row.others));
  std::fflush(stdout);
}

void print_growth(const benchmarks::Growth& growth) {
  for (const auto& point : growth.points) {
    std::printf("%-24s n %6lld   %9.4f s   %8.1f MiB   %4.2f of the peak", growth.name.c_str(),
                static_cast<long long>(point.n), point.seconds, point.mebibytes, point.share_of_peak);
    for (const auto& [name, count] : point.counts) std::printf("   %s %.4g", name.c_str(), count);
    std::printf("\n");
  }
  std::printf("%-24s %s: time grows by the power %.2f, memory by %.2f; the least: %s\n", growth.name.c_str(),
              growth.along.c_str(), growth.exponent(), growth.memory_exponent(), growth.bound.c_str());
  std::fflush(stdout);
}

using Grow = std::function<std::vector<benchmarks::Growth>(const benchmarks::MachinePeaks&)>;

void grow(const std::string& out, const Grow& measured) {
  const auto peaks = benchmarks::machine_peaks();
  std::printf("this machine: %.0f Gflop/s in float32, %.0f in float64, %.1f GB/s\n",
              peaks.float32_flops / 1e9, peaks.float64_flops / 1e9, peaks.bytes / 1e9);
  const auto all = measured(peaks);
  if (out.empty()) return;
  benchmarks::draw_growth(peaks, all, out);
  std::cerr << "written: " << out << ".json, .svg, .png\n";
}

void svm(const BenchArguments& arguments) {
  const datasets::DataFolders data(arguments.data);
  if (!arguments.growth) {
    benchmarks::svm(data, arguments.rows, arguments.repetitions, arguments.json ? print_json : print_text);
    return;
  }
  grow(arguments.out, [&](const auto& peaks) { return benchmarks::svm_growth(data, peaks, print_growth); });
}

void convolution(const BenchArguments& arguments) {
  if (!arguments.growth) {
    benchmarks::convolution(datasets::DataFolders(arguments.data), arguments.rows, arguments.repetitions,
                            arguments.json ? print_json : print_text);
    return;
  }
  grow(arguments.out, [](const auto& peaks) { return benchmarks::convolution_growth(peaks, print_growth); });
}

void transformer(const BenchArguments& arguments) {
  if (!arguments.growth) {
    benchmarks::transformer(datasets::DataFolders(arguments.data), arguments.rows, arguments.repetitions,
                            arguments.json ? print_json : print_text);
    return;
  }
  grow(arguments.out, [](const auto& peaks) { return benchmarks::transformer_growth(peaks, print_growth); });
}

void recurrent(const BenchArguments& arguments) {
  const auto print = arguments.json ? print_json : print_text;
  if (!arguments.growth) {
    benchmarks::reservoirs(arguments.rows, arguments.repetitions, print);
    benchmarks::recurrent_language(datasets::DataFolders(arguments.data), arguments.rows,
                                   arguments.repetitions, print);
    return;
  }
  grow(arguments.out, [](const auto& peaks) { return benchmarks::recurrent_growth(peaks, print_growth); });
}

void infinite_width(const BenchArguments& arguments) {
  if (!arguments.growth) {
    benchmarks::infinite_width(arguments.rows, arguments.repetitions,
                               arguments.json ? print_json : print_text);
    return;
  }
  grow(arguments.out,
       [](const auto& peaks) { return benchmarks::infinite_width_growth(peaks, print_growth); });
}

ExitCode bench(const BenchArguments& arguments) {
  const auto print = arguments.json ? print_json : print_text;
  const auto chosen = [&](const char* name) { return arguments.name.empty() || arguments.name == name; };
  if (chosen("training"))
    benchmarks::training(datasets::DataFolders(arguments.data), arguments.repetitions, print);
  if (chosen("classic"))
    benchmarks::classic(datasets::DataFolders(arguments.data), arguments.rows, arguments.repetitions, print);
  if (chosen("svm")) svm(arguments);
  if (chosen("convolution")) convolution(arguments);
  if (chosen("transformer")) transformer(arguments);
  if (chosen("recurrent")) recurrent(arguments);
  if (chosen("infinite-width")) infinite_width(arguments);
  if (chosen("growth"))
    grow(arguments.out, [&](const auto& peaks) {
      return benchmarks::classic_growth(datasets::DataFolders(arguments.data), peaks, print_growth);
    });
  if (chosen("runs")) benchmarks::runs(arguments.data, arguments.repetitions, print);
  if (chosen("feedback")) benchmarks::feedback(data_on_this_machine(), arguments.repetitions, print);
  if (chosen("grading")) benchmarks::grading(data_on_this_machine(), arguments.repetitions, print);
  if (chosen("memory")) benchmarks::memory(data_on_this_machine(), arguments.submissions, print);
  if (chosen("similarity")) {
    benchmarks::similarity_seconds(arguments.repetitions, print);
    benchmarks::similarity_detections(arguments.json ? print_detection_json : print_detection_text);
  }
  return ExitCode::kDone;
}

const Registration kRegistration(handed_over::kBench, [](Command& command) {
  auto arguments = std::make_shared<BenchArguments>();
  command
      .option("name", arguments->name,
              "training, classic, svm, convolution, transformer, recurrent, infinite-width, growth, runs, "
              "feedback, grading, memory "
              "or similarity "
              "(default: all)")
      .one_of({"training", "classic", "svm", "convolution", "transformer", "recurrent", "infinite-width",
               "growth", "runs", "feedback", "grading", "memory", "similarity"});
  command.option("--data", arguments->data, "Where the data files are");
  command.option("--rows", arguments->rows,
                 "Of classic, svm, convolution, transformer, recurrent and infinite-width: those whose names "
                 "hold this text");
  command.option("--out", arguments->out, "Of growth: also write STEM.json, .svg and .png: their stem");
  command.flag(
      "--growth", arguments->growth,
      "Of infinite-width: time and memory against the number of inputs and the depth; of svm: against rows, "
      "C and gamma; of convolution: against width, depth and batch; of transformer and recurrent: against "
      "width, length and batch; --out as of growth");
  command.option("--repetitions", arguments->repetitions, "Timed runs of each side; medians are given")
      .between(1, 1000)
      .show_default();
  command.option("--submissions", arguments->submissions, "That memory is measured over")
      .between(10, 100'000)
      .show_default();
  command.flag("--json", arguments->json, "One JSON object a row");
  command.footer("Example: spinlab bench training --repetitions 9 --json");
  command.action([arguments] { return bench(*arguments); });
});

}  // namespace
}  // namespace spinlab::cli
