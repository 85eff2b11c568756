#include "src/training/runs/run.h"

#include <c10/util/Exception.h>

#include <iostream>

#include "src/core/files.h"
#include "src/core/python.h"
#include "src/core/utc_time.h"
#include "src/training/device.h"
#include "src/training/ranks/agreement.h"
#include "src/training/ranks/together.h"
#include "src/training/runs/classified_part.h"
#include "src/training/runs/data_fingerprint.h"
#include "src/training/runs/forecast_part.h"
#include "src/training/runs/prepared_run.h"
#include "src/training/runs/restored_run.h"
#include "src/training/runs/run_record.h"
#include "src/training/runs/session.h"
#include "src/training/runs/starting_weights.h"

namespace spinlab::training {
namespace {

void say(const std::string& line) { std::cerr << "spinlab: " << line << '\n'; }

Json result_of(const PreparedRun& run, const RunFolder& folder, const Json& metrics, const Session& session) {
  const auto& config = run.config;
  Json result = {{"recipe", config.recipe}, {"metrics", metrics}};
  if (const auto& goal = config.goal) {
    auto& told = result["goal"] = {{"metric", goal->metric}, {"source", goal->source}};
    if (goal->at_least) told["at_least"] = *goal->at_least;
    if (goal->at_most) told["at_most"] = *goal->at_most;
    if (goal->published) told["published"] = *goal->published;
    told["reached"] = goal->reached(metrics.at(goal->metric));
  }
  if (run.selection) result["chosen"] = run.selection->describe();
  result["epochs"] = run.learner->epoch();
  if (session.stopped_early()) result["stopped_early"] = true;
  for (const auto& [name, value] : run.learner->progress()) result[name] = value;
  result.update({{"seconds", session.seconds()},
                 {"seed", config.seed},
                 {"device", config.device},
                 {"threads", config.threads},
                 {"finished", utc_now()}});
  result.update(folder.record().at("sittings").front());
  return result;
}

/// Returns whether the run came to its end; what stops it otherwise than by Ctrl-C is noted.
bool finishes(Session& session, const RunFolder& folder, const Ranks& all) {
  try {
    return session.run();
  } catch (const c10::Error& error) {
    if (all.is_first()) folder.note_failure(error.what_without_backtrace());
    throw;
  }
}

std::optional<Json> train(PreparedRun& run, RunFolder& folder, Ranks& all) {
  std::optional<Json> result;
  bound_together(all, [&] {
    auto* selection = run.selection ? &*run.selection : nullptr;
    Session session(run.config, *run.learner, selection, folder, run.set, all);
    if (!finishes(session, folder, all)) return;
    run.use_best();
    const auto metrics = run.all_metrics();
    result = all.is_first() ? result_of(run, folder, metrics, session) : Json::object();
    if (all.is_first()) folder.write_result(*result);
  });
  return result;
}

/// What no longer leads to the same bits, in a line each.
void say_changes(const Json& before, const Json& now) {
  const auto changed = [&](const char* key) { return before.at(key) != now.at(key); };
  if (changed("device") || changed("threads")) {
    say("the run goes on with another device or number of threads: its last digits will differ from those of "
        "an unbroken one");
  }
  if (before.contains("epochs") && changed("epochs")) {
    say("the run is now " + now.at("epochs").dump() +
        " epochs long: what follows is on the schedule of that length");
  }
}

void say_ranks(const Json& record, const Ranks& all) {
  const auto sittings = record.value("sittings", Json::array());
  if (sittings.empty() || sittings.back().value("ranks", 1) == all.count()) return;
  say("the run goes on with another number of ranks: its last digits will differ from those of an unbroken "
      "one, and so will what is drawn in the network");
}

/// What several ranks must have in common.
NamedTensors all_that_counts(const PreparedRun& run) {
  auto all = tensors_of(run.set);
  all.merge(run.learner->state());
  return all;
}

bool is_here(const std::string& device) {
  try {
    choose_device(device);
    return true;
  } catch (const c10::ValueError&) {
    return false;
  }
}

void require_device(const Json& config) {
  const auto device = config.at("device").get<std::string>();
  TORCH_CHECK_VALUE(
      is_here(device), "the run was made on ", device,
      ", which is not here; go on elsewhere with --device cpu, where its last digits will differ");
}

std::string device_for_evaluation(const Json& config, const std::string& asked) {
  const auto own = config.at("device").get<std::string>();
  if (!asked.empty() || is_here(own)) return asked.empty() ? own : asked;
  say("the run was made on " + own + ", which is not here: evaluated on the CPU, last digits may differ");
  return "cpu";
}

}  // namespace

std::optional<Json> start_run(Json config, RunFolder folder, const datasets::DataFolders& data,
                              const std::string& command, bool overwrite) {
  auto& all = ranks();
  std::optional<PreparedRun> run;
  together(all, [&] {
    if (all.is_first()) folder.require_free(overwrite);
    run.emplace(config, data, all);
    if (!run->config.start_from.empty()) say(start_from(run->config.start_from, *run->learner));
  });
  require_agreement(all, run->json, all_that_counts(*run));
  together(all, [&] {
    if (!all.is_first()) return;
    auto record = run_record(command, all.count());
    record["data_sha256"] = data_fingerprint(run->set);
    folder.start(run->json, record, run->learner->metrics(), overwrite);
    if (run->set.tokenizer) run->set.tokenizer->write(folder.path());
  });
  return train(*run, folder, all);
}

std::optional<Json> resume_run(RunFolder folder, const Json& config, const datasets::DataFolders& data,
                               const std::string& command) {
  auto& all = ranks();
  Json before;
  bool is_done = false;
  together(all, [&] {
    before = folder.config();
    is_done = folder.has_result() && config == before;
    if (is_done) {
      folder.checkpoint();  // throws where the result stands for weights that are gone
    } else {
      require_device(config);
    }
  });
  auto asked = config;
  asked["finished"] = is_done;
  require_agreement(all, asked, {});
  if (is_done) return folder.result();
  std::optional<PreparedRun> run;
  together(all, [&] {
    run.emplace(config, data, all);
    if (all.is_first()) require_same_data(folder.record(), run->set, folder.path().string());
  });
  require_agreement(all, run->json, all_that_counts(*run));
  say_changes(before, run->json);
  say_ranks(folder.record(), all);
  together(all, [&] {
    if (all.is_first()) folder.take_up(run->json, run_record(command, all.count()));
  });
  together(all, [&] {
    if (folder.has_checkpoint()) {
      run->load(folder.checkpoint());
    } else {
      say("there is no checkpoint yet: the run begins anew");
    }
    if (!all.is_first()) return;
    const auto broken = folder.keep_metrics(run->learner->epoch());
    if (broken > 0) say(std::to_string(broken) + " lines of metrics.jsonl are not whole and are gone");
  });
  require_agreement(all, run->json, run->learner->state());
  return train(*run, folder, all);
}

namespace {

void draw_evaluation(PreparedRun& run, const RunFolder& folder) {
  const auto chosen = [&](const char* key) {
    return run.json.value(Json::json_pointer(std::string("/objective/") + key), false);
  };
  const bool forecasts = run.set.motion.has_value();
  auto told = forecasts ? forecast_part(*run.learner, run.set, run.set.test)
                        : classified_part(*run.learner, run.set, run.set.test,
                                          {chosen("flip_tta"), chosen("shift_tta")});
  told["title"] =
      c10::str(run.config.recipe, ", seed ", run.config.seed, ": the test part of ", run.set.name);
  const auto file = folder.path() / "evaluation.json";
  write_file(file, told.dump());
  run_python(root() / "src" / "training" / "runs" / (forecasts ? "plot_forecast.py" : "plot_evaluation.py"),
             {file.string()});
}

}  // namespace

Json evaluate_run(const RunFolder& folder, const datasets::DataFolders& data, const std::string& device,
                  bool draw) {
  auto run = restored_run(folder, data, device_for_evaluation(folder.config(), device));
  if (draw) draw_evaluation(run, folder);
  return run.all_metrics();
}

bool has_curves(const RunFolder& folder) {
  const auto lines = folder.metrics_lines();
  return !lines.empty() && (lines.front().contains("running_loss") || lines.front().contains("train_loss"));
}

void plot_run(const RunFolder& folder) {
  run_python(root() / "src" / "training" / "runs" / "plot_run.py", {folder.path().string()});
}

}  // namespace spinlab::training
