#include "src/judging/named_in_code.h"

#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

using testing::Eq;
using testing::Optional;

std::optional<std::size_t> line_in(const std::string& source, const std::string& name, bool called = false) {
  return line_of_name(code_alone(source), name, called);
}

TEST(LineOfName, CountsWhatIsCodeAlone) {
  const std::string source =
      "#include <torch/optim.h>\n// optim\n/* optim\n optim */ auto s = \"optim \\\" optim\";\nauto n = "
      "1'000; int optim;\n";
  EXPECT_THAT(line_in(source, "optim"), Optional(Eq(5u)));
  EXPECT_EQ(code_alone(source).size(), source.size());
}

TEST(WithoutComments, LeavesLiterals) {
  EXPECT_EQ(without_comments("f(\"a // b\"); // c\n/* d\n */g"), "f(\"a // b\");     \n    \n   g");
}

TEST(LineOfName, WantsTheWholeName) {
  EXPECT_THAT(line_in("my_det();\ndeterminant();\ndet2();\ndet();\n", "det"), Optional(Eq(4u)));
  EXPECT_EQ(line_in("determinant", "det"), std::nullopt);
}

TEST(LineOfName, AFunctionIsCalledOrQualified) {
  EXPECT_THAT(line_in("Tensor inverse;\nx.inverse ();\n", "inverse", true), Optional(Eq(2u)));
  EXPECT_THAT(line_in("auto f = &at::inverse;", "inverse", true), Optional(Eq(1u)));
}

TEST(LineOfName, SurvivesWhatIsNotClosed) {
  for (const auto* source : {"\"", "'", "/*", "//", "#include", "\"\\", "/", ""})
    EXPECT_EQ(line_in(source, "det"), std::nullopt);
}

}  // namespace
}  // namespace spinlab::judging
