#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "datasets/files/csv.h"
#include "datasets/sets/nist.h"

namespace fs = std::filesystem;

namespace spinlab::datasets::nist {
namespace {

// Degree of the polynomial in the first column; 0: the columns themselves.
struct Model {
  const char* name;
  int64_t columns;
  int64_t degree;
  bool intercept;
};

constexpr Model kModels[] = {
    {"norris", 1, 1, true},   {"pontius", 1, 2, true},  {"noint1", 1, 1, false},  {"noint2", 1, 1, false},
    {"filip", 10, 10, true},  {"longley", 6, 0, true},  {"wampler1", 1, 5, true}, {"wampler2", 1, 5, true},
    {"wampler3", 1, 5, true}, {"wampler4", 1, 5, true}, {"wampler5", 1, 5, true},
};

const Model& model_of(const std::string& name) {
  const auto* found =
      std::find_if(std::begin(kModels), std::end(kModels), [&](auto& m) { return name == m.name; });
  TORCH_CHECK_VALUE(found != std::end(kModels), "NIST has no linear problem \"", name, "\"",
                    did_you_mean(name, linear_names()));
  return *found;
}

at::Tensor read_columns(const fs::path& file, int64_t columns) {
  CsvReader csv(file, columns, fetch_again("nist"));
  if (!csv.next()) csv.fail("no header line");
  std::vector<double> values;
  while (csv.next()) {
    for (int64_t i = 0; i < columns; ++i) values.push_back(csv.number(i));
  }
  return at::tensor(values, at::kDouble).view({-1, columns});
}

// The file's own powers of Filip are rounded to ten digits: only x itself is used.
at::Tensor powers(const at::Tensor& x, int64_t degree) {
  std::vector<at::Tensor> columns{x};
  while (static_cast<int64_t>(columns.size()) < degree) columns.push_back(columns.back() * x);
  return at::stack(columns, 1);
}

}  // namespace

LinearProblem linear(const std::string& name, const DataFolders& folders) {
  const auto& model = model_of(name);
  const auto table =
      read_columns(folders.find("nist_strd/linear_" + name + ".csv", "nist"), 1 + model.columns);
  const Config exact(read_json(folders.find("nist_strd/linear_exact.json", "nist")).at(name),
                     "linear_exact.json: " + name);
  const auto beta = at::tensor(exact.get<std::vector<double>>("beta"), at::kDouble);
  LinearProblem problem;
  problem.name = name;
  problem.X = model.degree > 0 ? powers(table.select(1, 1), model.degree) : table.slice(1, 1).contiguous();
  problem.y = table.select(1, 0).contiguous();
  problem.intercept = model.intercept;
  problem.certified = model.intercept ? beta.roll(-1) : beta;  // the file has the intercept first
  problem.residual_sum_of_squares = exact.get<double>("residual_sum_of_squares");
  return problem;
}

std::vector<std::string> linear_names() {
  std::vector<std::string> names;
  for (const auto& model : kModels) names.emplace_back(model.name);
  return names;
}

LinearProblem norris(const DataFolders& folders) { return linear("norris", folders); }

}  // namespace spinlab::datasets::nist
