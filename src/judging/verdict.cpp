#include "src/judging/verdict.h"

#include <c10/util/Exception.h>

#include <array>
#include <string_view>
#include <utility>

namespace spinlab::judging {
namespace {

constexpr std::array<std::pair<Verdict, std::string_view>, 9> kVerdicts{{
    {Verdict::kGraded, "graded"},
    {Verdict::kCompileError, "compile error"},
    {Verdict::kCrashed, "crashed"},
    {Verdict::kTimedOut, "timed out"},
    {Verdict::kOverMemory, "over memory"},
    {Verdict::kForbiddenOperation, "forbidden operation"},
    {Verdict::kUnreadableSubmission, "unreadable submission"},
    {Verdict::kInfrastructureFailure, "infrastructure failure"},
    {Verdict::kMissing, "missing"},
}};

constexpr std::array<std::pair<Outcome, std::string_view>, 6> kOutcomes{{
    {Outcome::kPassed, "passed"},
    {Outcome::kFailed, "failed"},
    {Outcome::kCrashed, "crashed"},
    {Outcome::kTimedOut, "timed out"},
    {Outcome::kOverMemory, "over memory"},
    {Outcome::kNotRun, "not run"},
}};

template <typename Table, typename Value>
std::string word_of(const Table& table, Value value) {
  for (const auto& [known, word] : table) {
    if (known == value) return std::string(word);
  }
  TORCH_CHECK(false, "no word for the value ", static_cast<int>(value));
}

template <typename Table>
auto value_of(const Table& table, const std::string& word) {
  for (const auto& [value, known] : table) {
    if (known == word) return value;
  }
  TORCH_CHECK_VALUE(false, "\"", word, "\" is no verdict or outcome that this version of Spinlab knows");
}

}  // namespace

std::string to_string(Verdict verdict) { return word_of(kVerdicts, verdict); }
std::string to_string(Outcome outcome) { return word_of(kOutcomes, outcome); }
Verdict verdict_from(const std::string& word) { return value_of(kVerdicts, word); }
Outcome outcome_from(const std::string& word) { return value_of(kOutcomes, word); }

}  // namespace spinlab::judging
