#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>

#include "src/core/expect_close.h"

namespace spinlab {

/// Every test's base: LibTorch's default generator is seeded, and `folder()` is an empty folder that goes
/// with the test.
class SpinlabTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kSeed = 20250714;

  SpinlabTest();
  ~SpinlabTest() override;
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

/// The base of suites named …DataTest: skips where SPINLAB_DATA is not set, fails where it is but lacks a
/// file.
class RealDataTest : public SpinlabTest {
 protected:
  void SetUp() override;
  /// A file below SPINLAB_DATA.
  std::filesystem::path data(const std::string& relative) const;
};

}  // namespace spinlab
