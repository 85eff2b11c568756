// A roster or an LMS's table: whatever is read has as many cells in each row as in the header, and is read
// alike from what is written of it.
#include <c10/util/Exception.h>

#include <cstdlib>

#include "src/core/csv.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace spinlab;
  fuzz::expect_only<c10::ValueError>([&] {
    const auto csv = parse_csv({reinterpret_cast<const char*>(bytes), size}, "fuzz.csv");
    auto text = "\xEF\xBB\xBF" + csv_line(csv.header, csv.delimiter);
    for (const auto& row : csv.rows) {
      if (row.size() != csv.header.size()) std::abort();
      text += csv_line(row, csv.delimiter);
    }
    const auto again = parse_csv(text, "fuzz.csv");
    if (again.delimiter == csv.delimiter && (again.header != csv.header || again.rows != csv.rows))
      std::abort();
  });
  return 0;
}
