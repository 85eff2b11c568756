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

}  // namespace

ExitCode report_errors(const std::function<ExitCode()>& body, std::ostream& out) {
  try {
    return body();
  } catch (const c10::ValueError& error) {
    out << "spinlab: " << printable(error.what_without_backtrace()) << '\n';
    return ExitCode::kUserMistake;
  } catch (const c10::Error& error) {
    out << "spinlab: " << first_line(error.what_without_backtrace()) << '\n';
  } catch (const std::bad_alloc&) {
    out << "spinlab: out of memory; close other programs or use a smaller batch or data set\n";
  } catch (const std::exception& error) {
    out << "spinlab: " << first_line(error.what()) << '\n';
  } catch (...) {
    out << "spinlab: something was thrown that is no exception; look for it in code of your own\n";
  }
  return ExitCode::kOurFault;
}

}  // namespace spinlab
