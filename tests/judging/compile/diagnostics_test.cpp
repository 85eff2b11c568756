#include "src/judging/compile/diagnostics.h"

#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

const std::string kFolder = "/tmp/spinlab-abc/source";

TEST(CutToSubmission, KeepsTheStudentsLinesWithoutTheFolder) {
  const std::string output =
      kFolder + "/a.cpp:3:5: error: no such thing\n    3 |   f();\n      |   ^\n1 error generated.\n";
  EXPECT_EQ(cut_to_submission(output, kFolder),
            "a.cpp:3:5: error: no such thing\n    3 |   f();\n      |   ^\n");
}

TEST(CutToSubmission, AnErrorInALibraryIsToldByTheLineThatLedThere) {
  const std::string output =
      "In file included from <built-in>:1:\n/usr/include/c++/12/bits/x.h:9:1: error: no match\n    9 | deep\n"
      "/usr/include/c++/12/bits/y.h:7:1: note: candidate\n" +
      kFolder + "/a.cpp:4:2: note: in instantiation of g\n    4 | g();\n";
  EXPECT_EQ(cut_to_submission(output, kFolder),
            "error: no match\na.cpp:4:2: note: in instantiation of g\n    4 | g();\n");
}

TEST(CutToSubmission, AnErrorBelowAnIncludeIsToldByTheInclude) {
  const std::string chain = "In file included from " + kFolder + "/a.cpp:1:\nIn file included from /torch/extension.h:10:\n";
  EXPECT_EQ(cut_to_submission(chain + "/torch/python.h:12:10: fatal error: 'Python.h' file not found\n   12 | #include\n", kFolder),
            "a.cpp:1: fatal error: 'Python.h' file not found\n");
  EXPECT_EQ(cut_to_submission(chain + "/torch/python.h:12:10: warning: old style\n", kFolder), "");
}

TEST(CutToSubmission, WarningsOfLibrariesAreDropped) {
  EXPECT_EQ(cut_to_submission("/usr/include/x.h:1:1: warning: old style\n    1 | x\n", kFolder), "");
}

TEST(CutToSubmission, AFloodIsCut) {
  std::string output;
  for (int i = 0; i < 1000; ++i) output += kFolder + "/a.cpp:1:1: error: e\n";
  EXPECT_LT(cut_to_submission(output, kFolder).size(), 4000u);
}

TEST(CutToSubmission, LinesOfAnyLengthAreSurvived) {
  EXPECT_EQ(cut_to_submission(std::string(1 << 18, ':'), kFolder), "");
}

TEST(ExplainFailure, IsOneLineThatSaysWhatItWas) {
  const std::string dump = "PLEASE submit a bug report\nStack dump:\n0. Program arguments: /our/clang -secret\n";
  EXPECT_THAT(explain_failure("LLVM ERROR: out of memory\n" + dump, 3072, 64), testing::StartsWith("the compiler needed more than 3072 MiB"));
  EXPECT_THAT(explain_failure(dump + "fatal error: error in backend: IO failure on output stream: Bad file descriptor", 3072, 64),
              testing::StartsWith("what the compiler made of it is larger than 64 MiB"));
  EXPECT_THAT(explain_failure(dump, 3072, 64), testing::StartsWith("the compiler itself failed on this file"));
  EXPECT_EQ(explain_failure("something else\n", 3072, 64), "something else\n");
}

TEST(ListWithLines, SaysWhereTheSourceSpellsIt) {
  const std::string source =
      "Tensor f(Tensor x) {\n  auto y = torch::linalg::solve(x, x);\n  auto loss = nn::Softmax(1);\n  return "
      "y.det_();\n}\n"
      "torch::optim::SGD made();\n";
  EXPECT_EQ(
      list_with_lines({"linalg_solve", "torch::nn::SoftmaxImpl", "det", "torch::optim", "inverse"}, source),
      "linalg_solve (line 2), torch::nn::SoftmaxImpl (line 3), det (line 4), torch::optim (line 6), inverse");
  EXPECT_EQ(list_with_lines({"torch::nn::SoftmaxImpl::forward"}, "Tensor forward();\ntorch::nn::Softmax s(1);\n"),
            "torch::nn::SoftmaxImpl::forward (line 2)");
  EXPECT_EQ(list_with_lines({"torch::jit (which torch::save and torch::load use)"}, "torch::jit::load();"),
            "torch::jit (which torch::save and torch::load use) (line 1)");
}

TEST(CutLinkErrors, LargeArraysAreNamed) {
  EXPECT_THAT(cut_link_errors("ld.lld-19: error: /our/libexports.a(x.o): relocation R_X86_64_PC32 out of range: 8590093048\n", "a.h"),
              testing::StartsWith("the static arrays are larger than the 2 GiB"));
}

TEST(CutLinkErrors, CodeOutsideOfItsNamespaceIsGuessed) {
  const std::string output = "error: undefined symbol: a::f(int)\nerror: undefined symbol: a::g(b::T const&)\n";
  EXPECT_THAT(cut_link_errors(output, "a.h"), testing::StartsWith("written, but not found? They must stand in namespace a {"));
  EXPECT_THAT(cut_link_errors("error: undefined symbol: a::f(int)\n", "a.h"), testing::StartsWith("a::f(int) is declared"));
}

TEST(CutLinkErrors, NamesWhatIsMissingAndWhatIsThereTwice) {
  const std::string output =
      "ld.lld: error: undefined symbol: f(at::Tensor const&)\n>>> referenced by exports.cpp\nld.lld: error: "
      "duplicate "
      "symbol: g()\n>>> defined at a\n/usr/bin/ld: x.o: undefined reference to `h(int)'\n";
  EXPECT_EQ(cut_link_errors(output, "a.h"),
            "f(at::Tensor const&) is declared but not defined; a.h says how it must look\n"
            "h(int) is declared but not defined; a.h says how it must look\ng() is defined twice\n");
}

}  // namespace
}  // namespace spinlab::judging
