#include <algorithm>
#include <iomanip>
#include <iostream>
#include <memory>

#include "src/cli/command_line.h"
#include "src/cli/doctor_findings.h"
#include "src/core/config.h"

namespace spinlab::cli {
namespace {

const char* name(State state) {
  switch (state) {
    case State::kGood:
      return "good";
    case State::kLesser:
      return "lesser";
    case State::kMissing:
      return "missing";
  }
  return "";
}

void print_line(const Finding& finding) {
  const auto* mark = finding.state == State::kGood ? "  " : finding.state == State::kLesser ? "- " : "! ";
  std::cout << mark << std::left << std::setw(20) << finding.name << finding.value << '\n';
  if (!finding.remedy.empty()) std::cout << std::string(22, ' ') << "-> " << finding.remedy << '\n';
}

void print_json(const Finding& finding) {
  Json line{{"name", finding.name}, {"state", name(finding.state)}, {"value", finding.value}};
  if (!finding.remedy.empty()) line["remedy"] = finding.remedy;
  std::cout << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

ExitCode doctor(bool json) {
  const auto findings = examine_machine();
  for (const auto& finding : findings) json ? print_json(finding) : print_line(finding);
  const auto missing = std::count_if(findings.begin(), findings.end(),
                                     [](const Finding& finding) { return finding.state == State::kMissing; });
  if (!json)
    std::cout << (missing == 0 ? "\nEverything that Spinlab needs is here.\n" : "\nMend what is marked !.\n");
  return missing == 0 ? ExitCode::kDone : ExitCode::kChecksFailed;
}

const Registration kDoctor(
    {Room::kMachine, "doctor", "What this machine has of what Spinlab uses, and remedies"},
    [](Command& command) {
      auto json = std::make_shared<bool>(false);
      command.flag("--json", *json, "An object a line: name, state (good, lesser, missing), value, remedy");
      command.footer(
          "Marks: ! something will fail, - something works with less. Ends with 1 where there is a !.\n"
          "Example: spinlab doctor");
      command.action([json] { return doctor(*json); });
    });

}  // namespace
}  // namespace spinlab::cli
