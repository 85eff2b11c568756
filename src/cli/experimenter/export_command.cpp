#include <iostream>

#include "src/cli/experimenter/handed_over.h"
#include "src/core/json.h"
#include "src/training/export/export_run.h"

namespace spinlab::cli {
namespace {

struct ExportArguments {
  std::string run, data;
  training::ExportRequest request;
  bool json = false;
};

ExitCode export_run(const ExportArguments& arguments) {
  const auto exported = training::export_run(training::RunFolder(arguments.run), arguments.request,
                                             datasets::DataFolders(arguments.data));
  for (const auto& remark : exported.remarks) std::cerr << "spinlab: " << remark << '\n';
  auto files = Json::array();
  for (const auto& file : exported.files) files.push_back(file.string());
  if (arguments.json)
    std::cout << Json{{"format", arguments.request.format}, {"files", files}}.dump() << '\n';
  for (const auto& file : exported.files) {
    if (!arguments.json) std::cout << "written: " << file.string() << '\n';
  }
  return ExitCode::kDone;
}

const Registration kRegistration(handed_over::kExport, [](Command& command) {
  auto arguments = std::make_shared<ExportArguments>();
  auto& request = arguments->request;
  command.option("run", arguments->run, "A run's folder").required();
  command.option("--format", request.format, "What for: weights, weights with a model.py, or the metrics")
      .required()
      .one_of(training::export_formats());
  command.option("--out", request.out, "A file or folder (default: RUN/export)");
  command.option("--data", arguments->data, "Where the data files are");
  command.flag("--overwrite", request.overwrite, "Replace files that are there with other content");
  command.flag("--json", arguments->json, "Print one JSON line");
  command.footer("Example: spinlab export runs/mnist-mlp-s1 --format python --out mnist-mlp");
  command.action([arguments] { return export_run(*arguments); });
});

}  // namespace
}  // namespace spinlab::cli
