#include "src/judging/checker/trusted_program.h"

#include <c10/util/Exception.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <iostream>

namespace spinlab::judging {

TrustedProgram::TrustedProgram() : output_(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  std::string line;
  TORCH_CHECK_VALUE(std::getline(std::cin, line) && Json::accept(line),
                    "this program is started by spinlab; run: spinlab check");
  settings_ = checker_settings(Json::parse(line));
}

std::string TrustedProgram::next_request() const {
  std::string line;
  std::getline(std::cin, line);
  return line;
}

void TrustedProgram::write(const Json& line) const {
  const auto text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  for (std::size_t sent = 0; sent < text.size();) {
    const auto count = ::write(output_, text.data() + sent, text.size() - sent);
    TORCH_CHECK(count > 0, "nobody reads the report");
    sent += static_cast<std::size_t>(count);
  }
}

}  // namespace spinlab::judging
