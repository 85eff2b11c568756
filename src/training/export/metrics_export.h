#pragma once

#include <string>
#include <vector>

#include "src/core/json.h"
#include "src/training/export/tensorboard.h"

namespace spinlab::training {

/// Lines of metrics.jsonl as a table: a column for each key that any of them has, in the order in which they
/// first appear; a cell is empty where its line lacks the key or the value is no number.
std::string metrics_csv(const std::vector<Json>& lines);

/// The same as curves: a point a line, at its step (its epoch where an old run wrote none), `started`
/// (seconds since 1970) plus its seconds. "test_accuracy" becomes "test/accuracy"; what is not of a part
/// keeps its name: "learning_rate". `record`: RunFolder::record(), whose metrics say where the name of a part
/// ends.
std::vector<ScalarPoint> metrics_points(const std::vector<Json>& lines, const Json& record, double started);

}  // namespace spinlab::training
