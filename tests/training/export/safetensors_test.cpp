#include "src/training/export/safetensors.h"

#include <ATen/ATen.h>

#include <fstream>

#include "src/core/config.h"
#include "src/core/files.h"
#include "src/core/python.h"
#include "tests/support/mistake.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::training {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string length_bytes(std::uint64_t length) {
  return {reinterpret_cast<const char*>(&length), sizeof length};
}

class SafetensorsTest : public SpinlabTest {
 protected:
  /// The file of this header and these numbers.
  std::filesystem::path file(const std::string& header, const std::string& numbers = "") const {
    write_file(file_, length_bytes(header.size()) + header + numbers);
    return file_;
  }
  std::string refusal(const std::string& header, const std::string& numbers = "") const {
    return mistake([&] { read_safetensors(file(header, numbers)); });
  }

  std::filesystem::path file_ = folder() / "model.safetensors";
};

void expect_same_tensors(const NamedTensors& actual, const NamedTensors& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (const auto& [name, tensor] : expected) {
    EXPECT_EQ(actual.at(name).scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(at::equal(actual.at(name), tensor)) << name;
  }
}

NamedTensors one_of_each_type() {
  NamedTensors all;
  for (const auto type : {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong, at::kInt, at::kShort,
                          at::kChar, at::kByte, at::kBool})
    all[c10::toString(type)] = at::randint(0, 2, {3, 5}).to(type);
  all["scalar"] = at::scalar_tensor(1.5);
  all["none"] = at::zeros({0, 3});
  all["a \"name\" ü"] = at::randn({2, 3}).t();
  return all;
}

TEST_F(SafetensorsTest, GivesBackTheSameBits) {
  const Safetensors content{one_of_each_type(), {{"format", "pt"}, {"model", "{\"name\": \"mlp\"}"}}};
  write_file(file_, safetensors_bytes(content));
  const auto read = read_safetensors(file_);
  expect_same_tensors(read.tensors, content.tensors);
  EXPECT_EQ(read.metadata, content.metadata);
}

TEST_F(SafetensorsTest, HoldsNothingToo) {
  write_file(file_, safetensors_bytes({}));
  EXPECT_TRUE(read_safetensors(file_).tensors.empty());
}

TEST_F(SafetensorsTest, ReadsWhatPythonWrote) {
  const auto hex = read_json(std::filesystem::path(SPINLAB_TEST_FOLDER) / "export/recorded_safetensors.json")
                       .at("hex")
                       .get<std::string>();
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  write_file(file_, bytes);
  const auto read = read_safetensors(file_);
  const double infinity = std::numeric_limits<double>::infinity();
  // record_safetensors.py
  expect_same_tensors(read.tensors,
                      {{"f64", at::tensor({0.1, -2.0, 3e300, 0.0, infinity, -0.0}, at::kDouble).view({2, 3})},
                       {"f32", at::arange(6, at::kFloat).view({3, 1, 2}) / 3},
                       {"f16", at::tensor({1.5, -0.25}).to(at::kHalf)},
                       {"bf16", at::tensor({1.5, -256.0, 3.0}).to(at::kBFloat16)},
                       {"i64", at::scalar_tensor(-(int64_t{1} << 62), at::kLong)},
                       {"i32", at::tensor({7, -7}, at::kInt)},
                       {"i16", at::tensor({300}, at::kShort)},
                       {"i8", at::tensor({-1, 1, -128}, at::kChar)},
                       {"u8", at::tensor({255}, at::kByte)},
                       {"bool", at::tensor({1, 0, 1}).to(at::kBool)},
                       {"none", at::zeros({0, 3})}});
  EXPECT_EQ(read.metadata.at("made by"), "Python \"safetensors\" ü");
}

TEST_F(SafetensorsTest, PythonReadsIt) {
  const NamedTensors tensors = {{"f32", at::arange(6, at::kFloat).view({3, 1, 2}) / 3},
                                {"transposed", at::arange(6, at::kDouble).view({2, 3}).t()},
                                {"bool", at::tensor({1, 0, 1}).to(at::kBool)},
                                {"i64", at::scalar_tensor(-(int64_t{1} << 62), at::kLong)},
                                {"bf16", at::tensor({1.5}).to(at::kBFloat16)},
                                {"none", at::zeros({0, 3})}};
  write_file(file_, safetensors_bytes({tensors, {{"made by", "C++ ü"}}}));
  run_python(std::filesystem::path(SPINLAB_TEST_FOLDER) / "export" / "check_safetensors.py",
             {file_.string()});
}

TEST_F(SafetensorsTest, AHeaderOfTenGigabytesIsOneLineWithTheRemedy) {
  write_file(file_, length_bytes(10'000'000'000) + "{}");
  const auto message = mistake([&] { read_safetensors(file_); });
  EXPECT_THAT(message, HasSubstr("its header is of 10000000000 bytes, at most 100000000 are read"));
  EXPECT_THAT(message, HasSubstr("export RUN --format safetensors"));
  EXPECT_THAT(message, Not(HasSubstr("\n")));
}

// So long a file takes no room on the disk, and would take 10 GB of memory were it read.
TEST_F(SafetensorsTest, NeitherIsAFileThatReallyHasOne) {
  write_file(file_, length_bytes(10'000'000'000) + "{}");
  std::filesystem::resize_file(file_, 10'000'000'008);
  EXPECT_THAT(mistake([&] { read_safetensors(file_, ~std::uintmax_t{0}); }),
              HasSubstr("at most 100000000 are read"));
  EXPECT_THAT(mistake([&] { read_safetensors(file_); }), HasSubstr("is of 10000000008 bytes"));
}

TEST_F(SafetensorsTest, RefusesWhatItsFormatForbids) {
  const std::string eight(8, '\0');
  const auto tensor = [](const std::string& name, const std::string& shape, const std::string& offsets,
                         const std::string& type = "F32") {
    return '"' + name + R"(":{"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets +
           '}';
  };
  const auto a = tensor("a", "[1]", "[0,4]");
  EXPECT_EQ(read_safetensors(file('{' + a + ',' + tensor("b", "[1]", "[4,8]") + '}', eight)).tensors.size(),
            2u);
  EXPECT_THAT(refusal('{' + a + ',' + tensor("b", "[1]", "[2,6]") + '}', eight),
              HasSubstr("overlap at byte 2"));
  EXPECT_THAT(refusal('{' + a + ',' + tensor("b", "[1]", "[0,4]") + '}', eight), HasSubstr("overlap"));
  EXPECT_THAT(refusal('{' + tensor("a", "[1]", "[4,8]") + '}', eight), HasSubstr("leave a gap at byte 0"));
  EXPECT_THAT(refusal('{' + a + '}', eight), HasSubstr("of 4 bytes, but 8 bytes follow"));
  EXPECT_THAT(refusal('{' + tensor("a", "[4]", "[0,16]") + '}', eight),
              HasSubstr("of 16 bytes, but 8 bytes follow"));
  EXPECT_THAT(refusal('{' + tensor("a", "[2]", "[0,4]") + '}', eight), HasSubstr("of 8 bytes by its shape"));
  EXPECT_THAT(refusal('{' + tensor("a", "[1]", "[4,0]") + '}', eight), HasSubstr("data_offsets are 4 and 0"));
  EXPECT_THAT(refusal('{' + a + ',' + tensor("a", "[1]", "[4,8]") + '}', eight), HasSubstr("names a twice"));
  EXPECT_THAT(refusal('{' + tensor("a", "[2]", "[0,8]", "F8_E4M3") + '}', eight),
              HasSubstr("of dtype F8_E4M3, of these are read: F64"));
  EXPECT_THAT(refusal('{' + tensor("a", "[-1]", "[0,8]") + '}', eight), HasSubstr("something at a"));
  EXPECT_THAT(refusal('{' + tensor("a", "[1.0]", "[0,4]") + '}', eight), HasSubstr("something at a"));
  EXPECT_THAT(refusal('{' + tensor("a", "[8]", "[0,8]", "BOOL") + '}', std::string(8, '\2')),
              HasSubstr("other bytes than 0 and 1"));
  EXPECT_THAT(refusal(R"({"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}})", eight),
              HasSubstr("dtype of a twice"));
  EXPECT_THAT(refusal(R"({"a":{"dtype":"F32","shape":[1]}})", eight), HasSubstr("lacks"));
  EXPECT_THAT(refusal(R"({"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}})", eight),
              HasSubstr("something at a"));
  EXPECT_THAT(refusal(R"({"__metadata__":{"k":"v"},"__metadata__":{}})"), HasSubstr("twice"));
  EXPECT_THAT(refusal(R"({"__metadata__":{"k":1}})"), HasSubstr("texts of __metadata__"));
  EXPECT_THAT(refusal(" {}"), HasSubstr("does not begin with {"));
  EXPECT_THAT(refusal("{} {}"), HasSubstr("no JSON"));
  EXPECT_THAT(refusal("{\"\xff\":1}"), HasSubstr("no JSON"));
  EXPECT_THAT(refusal(R"({"\u001b[31m\n":1})"), Not(testing::AnyOf(HasSubstr("\n"), HasSubstr("\x1b"))));
}

TEST_F(SafetensorsTest, RefusesSizesWhoseProductOverflows) {
  for (const auto* shape : {"[4294967296,4294967296,4]", "[9223372036854775807,2]",
                            "[0,4294967296,4294967296]", "[18446744073709551615]", "[4611686018427387904]"}) {
    const auto header = std::string(R"({"a":{"dtype":"F32","shape":)") + shape + R"(,"data_offsets":[0,0]}})";
    EXPECT_THAT(refusal(header), HasSubstr("more numbers than can be counted")) << shape;
  }
  std::string many = "[1";
  for (int i = 0; i < 64; ++i) many += ",1";
  EXPECT_THAT(refusal(R"({"a":{"dtype":"U8","shape":)" + many + R"(],"data_offsets":[0,1]}})", "1"),
              HasSubstr("over 64 dimensions"));
}

TEST_F(SafetensorsTest, RefusesDeepNestingWithoutAStackOfIt) {
  EXPECT_THAT(refusal("{\"a\":" + std::string(1'000'000, '[')), HasSubstr("something at a"));
}

TEST_F(SafetensorsTest, RefusesEveryTruncationAndWhatIsNoFile) {
  const auto whole = safetensors_bytes({one_of_each_type(), {{"format", "pt"}}});
  for (size_t size = 0; size < whole.size(); size += 7) {
    write_file(file_, whole.substr(0, size));
    EXPECT_THAT(mistake([&] { read_safetensors(file_); }), HasSubstr("make it anew")) << size;
  }
  EXPECT_THAT(mistake([&] { read_safetensors(folder() / "none"); }), HasSubstr("no such file"));
  EXPECT_THAT(mistake([&] { read_safetensors(folder()); }), HasSubstr("not a regular file"));
}

TEST_F(SafetensorsTest, WritesNoTypeThatTheFormatLacks) {
  EXPECT_THAT(mistake([] { safetensors_bytes({{{"z", at::zeros({2}, at::kComplexFloat)}}, {}}); }),
              HasSubstr("z of type ComplexFloat"));
}

}  // namespace
}  // namespace spinlab::training
