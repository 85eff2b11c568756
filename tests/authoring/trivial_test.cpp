#include "src/authoring/trivial.h"

#include "src/core/files.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::authoring {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto kMaster = R"(
at::Tensor path(const std::function<at::Tensor(const at::Tensor&)>& gradient, const at::Tensor& x0,
                const Options& options, int64_t steps) {
  // BEGIN SOLUTION path
  return x0;
  // END SOLUTION
}

double norm(const at::Tensor& x) {
  // BEGIN SOLUTION norm
  return x.norm().item<double>();
  // END SOLUTION
}
)";

class TrivialTest : public SpinlabTest {
 protected:
  std::map<std::string, std::string> made(const std::string& calls) {
    write_file(folder() / "calls.h", calls);
    judging::Assignment assignment;
    assignment.folder = folder();
    assignment.header = "walk.h";
    write_file(folder() / "walk.h", "/// Of 1 norm: ‖(3, 4)‖ = 5.\ndouble norm(const at::Tensor& x);\n");
    std::map<std::string, std::string> sources;
    for (const auto& trivial : trivial_submissions(assignment, Master::parse(kMaster, "master")))
      sources[trivial.name] = trivial.source;
    return sources;
  }
};

/// That they compile and run, `validate` shows for each assignment.
TEST_F(TrivialTest, AnswersHaveThePromisedShape) {
  const auto sources = made(
      "SPINLAB_CALL(a, path, \"<(d) -> (d)>, (d), {_, most}, steps -> (steps + most, d)\")\n"
      "SPINLAB_CALL(a, norm, \"(...) -> _\")\n");
  EXPECT_EQ(sources.size(), 9u);
  const auto& zeros = sources.at("zeros");
  EXPECT_THAT(zeros, HasSubstr("static_cast<std::int64_t>(steps)"));
  EXPECT_THAT(zeros, HasSubstr("const auto& [m0, m1] = options; return static_cast<std::int64_t>(m1)"));
  EXPECT_THAT(zeros, HasSubstr("spinlab_trivial::size(x0, 0)"));
  EXPECT_THAT(zeros, HasSubstr("return spinlab_trivial::Any{0};"));
  EXPECT_THAT(zeros, Not(HasSubstr("NotImplemented")));
  EXPECT_THAT(sources.at("number-of-the-header"), HasSubstr("return spinlab_trivial::Any{3};"));
  EXPECT_THAT(sources.at("always-throws"), HasSubstr("throw std::invalid_argument(\"no\");"));
}

TEST_F(TrivialTest, AFunctionThatIsNotListedKeepsItsStub) {
  const auto sources = made("SPINLAB_CALL(a, norm, \"(...) -> _\")\n");
  EXPECT_THAT(sources.at("ones"), HasSubstr("NotImplemented(\"path\")"));
  EXPECT_TRUE(made("// nothing\n").empty());
}

}  // namespace
}  // namespace spinlab::authoring
