#include "benchmarks/turns.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace spinlab::benchmarks {

bool Turns::has_any(const std::vector<std::string>& names) const {
  return std::ranges::any_of(names, [&](const auto& name) { return has(name); });
}

void Turns::row(const std::string& name, const std::string& what, const std::function<void()>& ours,
                const Json& job, const std::function<void(const Json&)>& check) const {
  if (!has(name)) return;
  std::string setting;
  auto row = compare(
      name, [&] { return seconds(ours); },
      [&] {
        const auto answer = peer_.ask(job);
        setting = answer.at("setting").get<std::string>();
        check(answer);
        return answer.at("seconds").get<double>();
      },
      repetitions_);
  row.note = what + ", " + std::to_string(at::get_num_threads()) + " threads; peer: " + setting;
  each_(row);
}

void Turns::row_of_ours(const std::string& name, const std::string& what, const std::function<void()>& ours,
                        double least_seconds) const {
  if (!has(name)) return;
  auto row = compare(name, [&] { return seconds(ours); }, [&] { return least_seconds; }, repetitions_);
  row.note = what;
  each_(row);
}

}  // namespace spinlab::benchmarks
