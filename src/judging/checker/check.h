#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "src/core/expect_close.h"
#include "src/judging/channel/pack.h"
#include "src/judging/checker/student_module.h"

// What checks.cpp and hidden_checks.cpp include.
namespace spinlab::judging {

/// The student's function threw c10::Error or std::exception; what() is its message. For
/// EXPECT_THROW(fit(X, wrong_y), StudentError). A stub's NotImplemented and the worker's end are other types,
/// so that they never pass such a check.
struct StudentError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Sends the packed arguments to this check's worker and returns the packed result. Throws StudentError, or
/// ends the check where the worker crashed, ran out of time or memory, broke the protocol, or returned another
/// shape or type than `contract` promises (a ShapeContract's text). The first one of a check is made again at its end, with
/// the same arguments, if it is `repeatable`, and has to have the same answer.
Message call_student(const std::string& name, const char* contract, const Message& arguments, bool repeatable);

/// For a check whose first call must not be made again, and why: it may answer differently, or costs too much.
void not_called_again(const std::string& why);

/// Fails the running check for good, whatever the check itself makes of the exception that this throws.
[[noreturn]] void end_check(const std::string& why);

template <typename Signature>
class Student;

/// A student's function: has its signature, runs in the worker. Tensors travel as dense CPU copies without
/// gradients. A std::function among the arguments is called back here, as often as the student's function
/// calls it, while the check's clock runs. A std::shared_ptr to a module is a StudentModule on this side.
template <typename Result, typename... Parameters>
class Student<Result(Parameters...)> {
 public:
  /// `contract` must outlive it.
  Student(std::string name, const char* contract) : name_(std::move(name)), contract_(contract) {}

  checker_side_t<Result> operator()(const checker_side_t<Parameters>&... arguments) const {
    const auto reply = call_student(name_, contract_, pack<checker_side_t<Parameters>...>(arguments...), kRepeatable);
    try {
      if constexpr (std::is_void_v<Result>)
        unpack<>(reply);
      else
        return std::get<0>(unpack<checker_side_t<Result>>(reply));
    } catch (const ProtocolError& error) {
      end_check(name_ + ": the worker's answer is not one: " + error.what());
    }
  }

 private:
  /// A module changes with what it is used for, and another one is not the same.
  static constexpr bool kRepeatable = !std::is_same_v<checker_side_t<Result>, StudentModule> &&
                                      !(std::is_same_v<checker_side_t<Parameters>, StudentModule> || ...);

  std::string name_;
  const char* contract_;
};

/// A check of refusals: what a right solution computes, wrong arguments, and the first again. Who throws always, or after one
/// answer, has refused nothing.
template <typename Right, typename Refusals>
void between_right_answers(const Right& right, const Refusals& refusals) {
  right();
  refusals();
  right();
}

/// The seed of this run; derive_seed (src/core/seed.h) makes a stream for each purpose from it.
std::uint64_t check_seed();

}  // namespace spinlab::judging

namespace spinlab {
using judging::between_right_answers;
using judging::check_seed;
using judging::not_called_again;
using judging::StudentError;
}  // namespace spinlab

/// const auto fit_ridge = STUDENT(regression::fit_ridge, "(n, d), (n), _ -> (d + 1)");  decltype only: nothing of
/// the student's is linked.
#define STUDENT(function, contract) (::spinlab::judging::Student<decltype(function)>(#function, contract))
