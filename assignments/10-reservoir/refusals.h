#pragma once

#include <cctype>
#include <cstdint>
#include <string>

#include "src/judging/checker/check.h"

/// What hidden checks ask of a refusal that has to say where.
namespace reservoir::problems {

/// Whether a message has `word` and then this number.
inline bool names(const std::string& message, const std::string& word, int64_t number) {
  const auto wanted = word + " " + std::to_string(number);
  for (auto at = message.find(wanted); at != std::string::npos; at = message.find(wanted, at + 1)) {
    const auto end = at + wanted.size();
    if (end == message.size() || std::isdigit(static_cast<unsigned char>(message[end])) == 0) return true;
  }
  return false;
}

/// The call is refused, and the message says `word` with this number.
template <typename Call>
void expect_refused_at(const std::string& word, int64_t number, const Call& call) {
  try {
    call();
    ADD_FAILURE() << "nothing is refused; expected a refusal that names " << word << ' ' << number;
  } catch (const spinlab::StudentError& error) {
    EXPECT_TRUE(names(error.what(), word, number))
        << "expected " << word << ' ' << number << " in the refusal: " << error.what();
  }
}

}  // namespace reservoir::problems
