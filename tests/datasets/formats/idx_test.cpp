#include "datasets/formats/idx.h"

#include <torch/types.h>

#include "src/core/files.h"
#include "tests/datasets/formats/written_by_python.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

class AnyIdxTest : public SpinlabTest {
 protected:
  std::string refused(const std::string& bytes) const {
    write_file(folder() / "idx", bytes);
    return mistake([&] { read_any_idx(folder() / "idx"); });
  }
};

TEST_F(AnyIdxTest, ReadsEveryType) {
  run_in_python(R"(
a = np.array([[1, 2, 3], [4, 5, 100]])
for code, name in ((8, 'u1'), (9, 'i1'), (11, '>i2'), (12, '>i4'), (13, '>f4'), (14, '>f8')):
    with open(f'{name[-2:]}.idx', 'wb') as out:
        out.write(bytes([0, 0, code, 2]) + np.array(a.shape, '>u4').tobytes() + a.astype(name).tobytes())
)",
                folder());
  const auto expected = torch::tensor({{1, 2, 3}, {4, 5, 100}}, torch::kDouble);
  for (const auto& [name, type] : {std::pair{"u1", torch::kByte},
                                   {"i1", torch::kChar},
                                   {"i2", torch::kShort},
                                   {"i4", torch::kInt},
                                   {"f4", torch::kFloat},
                                   {"f8", torch::kDouble}}) {
    const auto read = read_any_idx(folder() / (name + ".idx"s));
    EXPECT_EQ(read.scalar_type(), type);
    EXPECT_TRUE(read.to(torch::kDouble).equal(expected)) << name;
  }
}

TEST_F(AnyIdxTest, RefusesWhatItIsNot) {
  EXPECT_THAT(refused("\0\0\x0a\1\0\0\0\1x"s), HasSubstr("0xa01"));
  EXPECT_THAT(refused("\0\0\x08\0"s), HasSubstr("not an idx file"));
  EXPECT_THAT(refused("\0\0\x0e\3\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s),
              HasSubstr("claims more than a file of this size"));
  EXPECT_THAT(refused("\0\0\x0c\1\0\0\0\2\0\0\0\1"s), HasSubstr("cut short: 4 bytes are missing"));
  EXPECT_THAT(refused("\0\0\x08\1\0\0\0\1xy"s), HasSubstr("more bytes follow"));
  EXPECT_THAT(refused("\0\0\x08\1\0\0\0\0"s), HasSubstr("claims 0"));
}

}  // namespace
}  // namespace spinlab::datasets
