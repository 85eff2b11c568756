#include "src/judging/sandbox/kernel_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>

#include "src/judging/sandbox/process.h"

namespace spinlab::sandbox {

std::optional<std::int64_t> sum_behind(const std::filesystem::path& file,
                                       std::initializer_list<std::string_view> names) {
  std::ifstream lines(file);
  std::optional<std::int64_t> sum;
  for (std::string name; lines >> name; lines.ignore(std::numeric_limits<std::streamsize>::max(), '\n')) {
    std::int64_t number = 0;
    if (std::find(names.begin(), names.end(), name) != names.end() && lines >> number)
      sum = sum.value_or(0) + number;
  }
  return sum;
}

bool tell_kernel(const std::filesystem::path& file, const std::string& text) {
  const Descriptor opened(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  return opened.get() >= 0 &&
         ::write(opened.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace spinlab::sandbox
