#include "datasets/formats/npy.h"

#include <torch/types.h>

#include "datasets/formats/npy_header.h"
#include "src/core/files.h"
#include "tests/datasets/formats/written_by_python.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

class NpyTest : public SpinlabTest {
 protected:
  std::string refused(const std::string& bytes) const {
    write_file(folder() / "a.npy", bytes);
    return mistake([&] { read_npy(folder() / "a.npy"); });
  }
  static std::string with_header(std::string dictionary, const std::string& data) {
    dictionary += '\n';
    return "\x93NUMPY\x01\0"s + static_cast<char>(dictionary.size()) + '\0' + dictionary + data;
  }
};

const auto kExpected = [] { return torch::tensor({{1, 0, 3}, {0, 5, 6}}, torch::kDouble); };

TEST_F(NpyTest, ReadsWhatNumpyWritesInEveryTypeByteOrderAndLayout) {
  run_in_python(R"(
a = np.array([[1, 0, 3], [0, 5, 6]])
for name in ('<f2', '>f2', '<f4', '>f4', '<f8', '>f8', 'i1', '<i2', '>i2', '<i4', '>i4', '<i8', '>i8', 'u1', '?'):
    for order in 'CF':
        for version in ((1, 0), (2, 0), (3, 0)):
            with open(f'{name[-2:]}{name[0] == ">"}{order}{version[0]}.npy', 'wb') as out:
                np.lib.format.write_array(out, np.asarray(a.astype(name), order=order), version=version)
np.save('scalar.npy', np.float64(2.5))
np.save('empty.npy', np.zeros((0, 4), np.float32))
)",
                folder());
  int read = 0;
  for (const auto& each : std::filesystem::directory_iterator(folder())) {
    const auto name = each.path().filename().string();
    if (name.size() < 10 || !name.ends_with(".npy") || name == "scalar.npy") continue;
    const auto tensor = read_npy(each.path());
    const auto expected = name.starts_with('?') ? kExpected().ne(0).to(torch::kDouble) : kExpected();
    EXPECT_TRUE(tensor.to(torch::kDouble).equal(expected)) << name << '\n' << tensor;
    EXPECT_TRUE(tensor.is_contiguous()) << name;
    ++read;
  }
  EXPECT_EQ(read, 15 * 2 * 3);
  EXPECT_EQ(read_npy(folder() / "scalar.npy").item<double>(), 2.5);
  EXPECT_EQ(read_npy(folder() / "empty.npy").sizes(), (std::vector<int64_t>{0, 4}));
}

TEST_F(NpyTest, NumpyReadsWhatIsWritten) {
  const auto real = torch::arange(6, torch::kFloat).view({2, 3}) / 4;
  write_npy(folder() / "real.npy", real);
  write_npz(folder() / "both.npz", {{"x", real}, {"y", torch::tensor({7, -8}, torch::kShort)}});
  run_in_python(R"(
a, z = np.load('real.npy'), np.load('both.npz')
assert a.dtype == np.float32 and a.tolist() == [[0, .25, .5], [.75, 1, 1.25]], a
assert z['x'].tolist() == a.tolist() and z['y'].dtype == np.int16 and z['y'].tolist() == [7, -8], z
)",
                folder());
  const auto again = read_npz(folder() / "both.npz");
  EXPECT_TRUE(again.at("x").equal(real));
  EXPECT_EQ(again.at("y").scalar_type(), torch::kShort);
}

TEST_F(NpyTest, ReadsCompressedArchives) {
  run_in_python("np.savez_compressed('a.npz', x=np.arange(1000.), y=np.arange(1000) % 3)\n", folder());
  const auto arrays = read_npz(folder() / "a.npz");
  EXPECT_TRUE(arrays.at("x").equal(torch::arange(1000, torch::kDouble)));
  EXPECT_TRUE(arrays.at("y").equal(torch::arange(1000, torch::kLong) % 3));
}

TEST_F(NpyTest, RefusesPickledObjectsInOneLine) {
  run_in_python(
      "np.save('o.npy', np.array([1, 'a', None], dtype=object), allow_pickle=True)\n"
      "np.savez('o.npz', good=np.ones(3), bad=np.array([{}], dtype=object))\n"
      "np.save('s.npy', np.zeros(3, dtype=[('a', 'f8'), ('b', 'i4')]))\n"
      "np.save('c.npy', np.zeros(3, dtype=complex))\n",
      folder());
  EXPECT_THAT(mistake([&] { read_npy(folder() / "o.npy"); }),
              HasSubstr("o.npy: an array of Python objects, which holds pickled code"));
  EXPECT_THAT(mistake([&] { read_npz(folder() / "o.npz"); }),
              HasSubstr("o.npz: bad: an array of Python objects"));
  EXPECT_THAT(mistake([&] { read_npy(folder() / "s.npy"); }), HasSubstr("a structured array"));
  EXPECT_THAT(mistake([&] { read_npy(folder() / "c.npy"); }), HasSubstr("of type \"<c16\""));
}

TEST_F(NpyTest, AHeaderThatPromisesTooMuchAllocatesNothing) {
  EXPECT_THAT(
      refused(with_header("{'descr': '<f8', 'fortran_order': False, 'shape': (1250000000,), }", "12345678")),
      HasSubstr("its header promises 10000000000 bytes of numbers, but at most 8 can follow"));
  EXPECT_THAT(refused(with_header(
                  "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "")),
              HasSubstr("more bytes than can be counted"));
}

TEST_F(NpyTest, WhatIsMissingLeftOverOrMalformedIsNamed) {
  const auto good = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }"s;
  EXPECT_EQ(refused(with_header(good, "abc")), "nothing was thrown");
  EXPECT_THAT(refused(with_header(good, "ab")),
              HasSubstr("promises 3 bytes of numbers, but at most 2 can follow"));
  EXPECT_THAT(refused(with_header(good, "abcd")), HasSubstr("bytes follow"));
  EXPECT_THAT(refused(with_header("{'descr': '|u1', 'shape': (3,), }", "abc")),
              HasSubstr("lacks descr, fortran_order or shape"));
  EXPECT_THAT(refused(with_header("{'descr': '|u1', 'fortran_order': False, 'shape': (-3,), }", "abc")),
              HasSubstr("whole numbers"));
  EXPECT_THAT(refused(with_header(good.substr(0, 15), "abc")), HasSubstr("malformed"));
  EXPECT_THAT(refused("a,b\n1,2\n"), HasSubstr("not a .npy file"));
  EXPECT_THAT(refused(""), HasSubstr("an empty file"));
  EXPECT_THAT(mistake([&] { read_npy(folder()); }), HasSubstr("not a regular file"));
  EXPECT_THAT(mistake([&] { read_npy(folder() / "none.npy"); }), HasSubstr("no such file"));
}

TEST_F(NpyTest, AZipBombIsRefused) {
  run_in_python("np.savez_compressed('bomb.npz', x=np.zeros(80_000_000, np.uint8))\n", folder());
  ASSERT_LT(std::filesystem::file_size(folder() / "bomb.npz"), 200'000);
  EXPECT_THAT(mistake([&] { read_npz(folder() / "bomb.npz"); }), HasSubstr("promises 80000000 bytes"));
}

}  // namespace
}  // namespace spinlab::datasets
