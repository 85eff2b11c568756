// A student's answers.json. What is accepted must be what it says, and read the same once written.
#include <c10/util/Exception.h>

#include <cstdlib>

#include "src/judging/answers/answers.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace spinlab;
  const std::vector<std::string> questions{"Euler", "Roots"};
  fuzz::expect_only<c10::ValueError>([&] {
    const auto answers =
        judging::parse_answers(std::string(reinterpret_cast<const char*>(bytes), size), questions);
    if (judging::parse_answers(judging::answers_text(answers, questions), questions) != answers) std::abort();
  });
  return 0;
}
