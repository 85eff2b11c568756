#include "src/judging/compile/compile_server.h"

#include <signal.h>

#include <thread>

#include "src/core/interrupt.h"
#include "src/authoring/master.h"
#include "src/authoring/mutants.h"
#include "src/judging/compile/build.h"
#include "src/judging/compile/object_symbols.h"
#include "tests/judging/fixture_submission.h"

namespace spinlab::judging {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// What is known of a submission before it runs: why it is refused, else what its object calls.
struct Built {
  std::string refusal;
  std::set<std::string> calls;
  bool warm = false;  // made by the compiler that waited
  bool operator==(const Built& other) const { return refusal == other.refusal && calls == other.calls; }
};

std::ostream& operator<<(std::ostream& out, const Built& built) {
  return out << built.calls.size() << " symbols, \"" << built.refusal << '"';
}

constexpr std::chrono::milliseconds kNoPatience(0), kPatience(60'000);

class CompileServerTest : public FixtureTest {
 protected:
  void SetUp() override {
    if (!CompileServer::is_possible()) GTEST_SKIP() << "submissions are compiled by GCC here";
  }
  static Built built(const BuildFolder& build_folder, const std::optional<Refusal>& refusal) {
    if (refusal) return {to_string(refusal->verdict) + ": " + refusal->detail, {}};
    const auto symbols = undefined_symbols(read_file(build_folder.object(), 64 << 20));
    return {"", {symbols.begin(), symbols.end()}};
  }
  Built cold(const std::string& text) const {
    const BuildFolder build_folder(assignment_);
    return built(build_folder, build(assignment_, build_folder, text));
  }
  /// By a compiler that waits from one text to the next.
  Built warm(const std::string& text) {
    if (!folder_) folder_.emplace(assignment_);
    folder_->clear();
    if (!compiler_ || !compiler_->runs()) compiler_.emplace(assignment_, *folder_, kPatience);
    return made(text, *folder_, *compiler_);
  }
  Built made(const std::string& text, const BuildFolder& build_folder, CompileServer& compiler) const {
    auto result = built(build_folder, build(assignment_, build_folder, text, &compiler));
    result.warm = result.refusal.empty() && !std::filesystem::exists(build_folder.source() / assignment_.file);
    return result;
  }
  Assignment assignment_ = read_assignment(SPINLAB_FIXTURE);

 private:
  std::optional<BuildFolder> folder_;
  std::optional<CompileServer> compiler_;
};

TEST_F(CompileServerTest, MakesTheSameObject) {
  const auto built = warm(solution());
  EXPECT_EQ(built, cold(solution()));
  EXPECT_TRUE(built.warm);
}

TEST_F(CompileServerTest, WhatDoesNotCompileIsSaidInTheSameWords) {
  const std::vector<std::string> wrong{with_twice("return y;"),
                                       with_twice("return x"),
                                       solution() + "}",
                                       solution() + "namespace left_open {",
                                       solution() + "/* left open",
                                       solution() + "\n#if 1",
                                       "#error \"said\"\n",
                                       "#include \"hidden_checks.cpp\"\n"};
  for (const auto& text : wrong) {
    const auto built = warm(text);
    EXPECT_EQ(built, cold(text)) << text.substr(text.size() - 30);
    EXPECT_THAT(built.refusal, StartsWith("compile error"));
  }
}

TEST_F(CompileServerTest, AFileLongerThanAPipeIsTakenWhole) {
  std::string text = solution();
  for (int i = 0; i < 20'000; ++i) text += "// " + std::to_string(i) + "\n";
  const auto built = warm(text + "int the_last();\nint f() { return the_last(); }\n");
  EXPECT_THAT(built.refusal, HasSubstr("the_last"));
  EXPECT_EQ(built, cold(text + "int the_last();\nint f() { return the_last(); }\n"));
}

TEST_F(CompileServerTest, OneThatIsNotReadyIsNotWaitedFor) {
  const BuildFolder build_folder(assignment_);
  CompileServer compiler(assignment_, build_folder, kNoPatience);
  const auto built = made(solution(), build_folder, compiler);
  EXPECT_EQ(built, cold(solution()));
  EXPECT_FALSE(built.warm);
}

TEST_F(CompileServerTest, KnowsTheFileByItsName) {
  const auto built = warm(with_twice("static_assert(std::string_view(__FILE__).ends_with(\"/fixture.cpp\") && __LINE__ > 1);"
                                     "return x;"));
  EXPECT_EQ(built.refusal, "");
  EXPECT_TRUE(built.warm);
}

TEST_F(CompileServerTest, OneThatWasNotReadyIsStopped) {
  const BuildFolder build_folder(assignment_);
  CompileServer compiler(assignment_, build_folder, kNoPatience);
  ASSERT_FALSE(compiler.compile(solution()).has_value());
  build_folder.put_submission(solution());  // which it would take for the pipe
  std::this_thread::sleep_for(std::chrono::milliseconds(2000));
  EXPECT_FALSE(std::filesystem::exists(build_folder.object()));
}

TEST_F(CompileServerTest, AFileThatReadsItselfKeepsNobodyWaiting) {
  const auto guarded = "#ifndef ONCE\n#define ONCE\n#include \"fixture.cpp\"\n" + solution() + "\n#endif\n";
  const auto embedded = solution() + "\nconst char self[] = {\n#embed \"fixture.cpp\"\n};\n";
  const auto assembled = solution() + "\nasm(\".incbin \\\"fixture.cpp\\\"\");\n";
  for (const auto& text : {guarded, embedded, assembled}) {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(warm(text), cold(text)) << text.substr(0, 60);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(15));
  }
}

TEST_F(CompileServerTest, WhatTakesTooLongIsNotTriedTwice) {
  constexpr double kSeconds = 4;
  assignment_.limits.compile_seconds = kSeconds;
  auto text = solution() + "constexpr int spin(int k) { for (int i = 0; i < 160000; ++i) k ^= i * k; return k; }\n";
  for (int i = 1; i < 1000; ++i) text += "static_assert(spin(" + std::to_string(i) + ") != -1);\n";
  const auto start = std::chrono::steady_clock::now();
  const auto built = warm(text);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::duration<double>(1.5 + 1.5 * kSeconds));
  EXPECT_THAT(built.refusal, HasSubstr("the compiler was stopped after 4 s"));
}

TEST_F(CompileServerTest, AfterCtrlCNoOtherIsStarted) {
  const Interrupt interrupt;
  const BuildFolder build_folder(assignment_);
  CompileServer compiler(assignment_, build_folder, kPatience);
  ::raise(SIGINT);
  EXPECT_THROW(build(assignment_, build_folder, "no C++", &compiler), c10::Error);
}

/// All masters and mutants of the course.
class CompileServerSlowTest : public CompileServerTest, public testing::WithParamInterface<std::string> {};

TEST_P(CompileServerSlowTest, MakesTheSameOfMasterAndMutants) {
  assignment_ = load_assignment(GetParam());
  const auto master = authoring::Master::load(assignment_);
  std::vector<std::string> texts{master.whole(), master.stubbed()};
  for (const auto& mutant : authoring::load_mutants(assignment_))
    if (!mutant.replace.empty()) texts.push_back(master.mutated(mutant.replace, mutant.with, mutant.name));
  int warm_ones = 0;
  for (const auto& text : texts) {
    const auto built = warm(text);
    EXPECT_EQ(built, cold(text));
    warm_ones += built.warm;
  }
  std::printf("%s: %d of %zu by the compiler that waited\n", GetParam().c_str(), warm_ones, texts.size());
}

INSTANTIATE_TEST_SUITE_P(, CompileServerSlowTest, testing::ValuesIn(assignment_names()),
                         [](const auto& name) { return "Number" + name.param.substr(0, 2); });

}  // namespace
}  // namespace spinlab::judging
