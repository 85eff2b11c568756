#pragma once

#include <string>
#include <vector>

#include "src/judging/channel/message.h"

namespace spinlab::judging {

/// What a check called first, with all that was said until the answer came: enough to ask for the same again
/// when the check is over and the functions that it handed over are gone.
class FirstCall {
 public:
  FirstCall(std::string function, const Message& arguments);

  const std::string& function() const { return function_; }
  const Message& arguments() const { return arguments_; }

  /// The worker's call of a function among the arguments, and what it was told.
  void add_call_back(const Message& request, const Message& reply);
  void set_answer(const Message& answer);
  /// A later call: where the same function had other arguments meanwhile, what it keeps may fit by chance.
  void see(const std::string& function, const Message& arguments);

  /// How often it has to be asked for again, so that the last two calls have the same arguments; never where
  /// those are so large that they were not kept.
  int repetitions() const;

  /// Whether the calls back and the answer are so many or so large that they were not kept. That is the
  /// worker's doing, and must not save it the repetition.
  bool said_too_much() const;

  /// What was replied to the n-th call back; null where the worker now asks for something else.
  const Message* reply_to(std::size_t n, const Message& request) const;
  bool is_answer(const Message& answer) const;

 private:
  struct CallBack {
    Message request, reply;
  };
  bool keep(std::size_t bytes);

  std::string function_;
  Message arguments_;
  std::vector<CallBack> calls_back_;
  Message answer_;
  bool has_arguments_;
  std::size_t said_bytes_ = 0;
  bool others_ = false;
};

/// Whether two messages say the same but for rounding: numbers that differ by less than half of their type's
/// digits.
bool are_close(const Message& a, const Message& b);

}  // namespace spinlab::judging
