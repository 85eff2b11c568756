#include "src/judging/checker_protocol.h"

namespace spinlab::judging {

Json to_json(const CheckerSettings& settings) {
  return {{"object", settings.files.object.string()},  {"prelude", settings.files.prelude.string()},
          {"worker_log", settings.files.log.string()}, {"seed", settings.seed},
          {"seconds", settings.limits.seconds},        {"memory_bytes", settings.limits.memory_bytes},
          {"memory_group", settings.memory_group.string()}};
}

CheckerSettings checker_settings(const Json& line) {
  return {{line.at("object").get<std::string>(), line.at("prelude").get<std::string>(),
           line.at("worker_log").get<std::string>()},
          line.at("seed").get<std::uint64_t>(),
          {line.at("seconds").get<double>(), line.at("memory_bytes").get<std::int64_t>()},
          line.at("memory_group").get<std::string>()};
}

Json to_json(const CheckRequest& request) { return {{"filter", request.filter}, {"seed", request.seed}}; }

CheckRequest check_request(const Json& line) {
  return {line.at("filter").get<std::string>(), line.at("seed").get<std::uint64_t>()};
}

Json to_json(const CheckReply& line) {
  return {{"name", line.result.name},        {"outcome", to_string(line.result.outcome)},
          {"message", line.result.message},  {"seconds", line.result.seconds},
          {"worker_lost", line.worker_lost}, {"machine_fault", line.machine_fault},
          {"out_of_checkers_memory", line.out_of_checkers_memory}};
}

CheckReply check_reply(const Json& line) {
  return {{line.at("name").get<std::string>(), outcome_from(line.at("outcome").get<std::string>()),
           line.at("message").get<std::string>(), line.at("seconds").get<double>()},
          line.at("worker_lost").get<bool>(),
          line.at("machine_fault").get<bool>(),
          line.at("out_of_checkers_memory").get<bool>()};
}

}  // namespace spinlab::judging
