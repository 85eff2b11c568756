// A table of numbers and words: every column has a cell in each row, and every code a word.
#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <cstdlib>

#include "datasets/formats/table.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace spinlab;
  const auto file = fuzz::as_file(bytes, size, "table");
  for (const bool header : {true, false}) {
    fuzz::expect_only<c10::ValueError>([&] {
      const auto table = datasets::read_table(file, {.header = header});
      for (const auto& column : table.columns) {
        if (column.values.size(0) != table.rows) std::abort();
        if (column.is_text() &&
            column.values.max().item<int64_t>() >= static_cast<int64_t>(column.words.size()))
          std::abort();
      }
    });
  }
  return 0;
}
