#include "src/core/errors.h"

#include <new>
#include <ostream>
#include <string_view>

#include "src/core/printable.h"

namespace spinlab {
namespace {

std::string first_line(std::string_view text) {
  return printable(std::string(text.substr(0, text.find('\n'))));
}

constexpr auto kOutOfMemory =
    "spinlab: out of memory; close other programs or use a smaller batch or data set\n";

/// LibTorch's allocators throw errors of no type of their own.
bool is_out_of_memory(const c10::Error& error) {
  const std::string_view text = error.what_without_backtrace();
  return text.find("can't allocate memory") != std::string_view::npos ||
         text.find("out of memory") != std::string_view::npos;
}

/// Without the place in the source, which LibTorch's own puts before it.
class WarningLines : public c10::WarningHandler {
 public:
  explicit WarningLines(std::ostream& out) : out_(out) {}
  void process(const c10::Warning& warning) override {
    out_ << "spinlab: warning: " << first_line(warning.msg()) << '\n';
  }

 private:
  std::ostream& out_;
};

}  // namespace

ExitCode report_errors(const std::function<ExitCode()>& body, std::ostream& out) {
  WarningLines lines(out);
  const c10::WarningUtils::WarningHandlerGuard here(&lines);
  try {
    return body();
  } catch (const c10::ValueError& error) {
    out << "spinlab: " << printable(error.what_without_backtrace()) << '\n';
    return ExitCode::kUserMistake;
  } catch (const c10::Error& error) {
    if (is_out_of_memory(error)) {
      out << kOutOfMemory;
      return ExitCode::kOurFault;
    }
    out << "spinlab: " << first_line(error.what_without_backtrace()) << '\n';
  } catch (const std::bad_alloc&) {
    out << kOutOfMemory;
  } catch (const std::exception& error) {
    out << "spinlab: " << first_line(error.what()) << '\n';
  } catch (...) {
    out << "spinlab: something was thrown that is no exception; look for it in code of your own\n";
  }
  return ExitCode::kOurFault;
}

}  // namespace spinlab
