#include <c10/util/Exception.h>

#include <fstream>

#include "datasets/formats/idx.h"
#include "datasets/sets/cifar10.h"
#include "datasets/sets/iris.h"
#include "datasets/sets/ising_public.h"
#include "datasets/sets/nist.h"
#include "src/core/files.h"
#include "src/core/seed.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

using namespace std::string_literals;
using Loader = std::function<void(const fs::path&)>;

class HostileFiles : public SpinlabTest {
 protected:
  // Truncations, flipped bits and repeated pieces of a valid file: each must load or be refused, nothing
  // else. Run under the asan preset this also finds reads and writes out of bounds.
  void attack(const std::string& valid, const std::string& filter, const Loader& load) {
    write_packed(folder() / "file", valid, filter);
    const auto original = read_file(folder() / "file", 1 << 20);
    auto random = make_engine(kSeed, "hostile files");
    for (int trial = 0; trial < 300; ++trial) {
      std::ofstream(folder() / "file", std::ios::binary) << spoil(original, random);
      try {
        load(folder() / "file");
      } catch (const c10::Error&) {
        ++refused_;
      }
    }
    EXPECT_GT(refused_, 100);  // the attack is one
  }

 private:
  static std::string spoil(std::string bytes, std::mt19937_64& random) {
    const auto kind = random() % 3;
    if (kind == 0) return bytes.substr(0, random() % bytes.size());
    if (kind == 1) {
      const auto from = random() % bytes.size();
      return bytes.insert(random() % bytes.size(), bytes.substr(from, random() % 64));
    }
    for (auto flips = 1 + random() % 8; flips > 0; --flips) {
      bytes[random() % bytes.size()] ^= static_cast<char>(1U << (random() % 8));
    }
    return bytes;
  }
  int refused_ = 0;
};

TEST_F(HostileFiles, Idx) {
  const auto valid = "\0\0\x08\x03\0\0\0\x02\0\0\0\x05\0\0\0\x03"s + std::string(30, '\x11');
  for (const char* filter : {"none", "gzip", "xz"}) {
    attack(valid, filter, [](const fs::path& file) { read_idx(file, 3, 1000, ""); });
  }
}

TEST_F(HostileFiles, Cifar10) {
  const auto valid = std::string(1, '\3') + std::string(3072, '\x55');
  attack(valid, "xz", [](const fs::path& file) { read_cifar10_batch(file, 1); });
}

TEST_F(HostileFiles, Iris) {
  std::string valid;
  for (const char* species : {"setosa", "versicolor", "virginica"}) {
    for (int i = 0; i < 50; ++i) valid += "5.1,3.5,1.4,0.2,Iris-"s + species + "\n";
  }
  attack(valid, "none", [](const fs::path& file) { read_iris(file); });
}

TEST_F(HostileFiles, NistDat) {
  const auto valid =
      "Model: exponential\n  y = b1*x + e\n\n  b1 =   500   250   2.4E+02  2.7E+00\nResidual Sum of Squares: "
      "1.2E-01\n"
      "Degrees of Freedom:  1\nNumber of Observations:  2\nData: y x\n 1 2\n 3 4\n"s;
  attack(valid, "none", [](const fs::path& file) { nist::read_nonlinear(file); });
}

TEST_F(HostileFiles, Pickle) {
  attack(pickled_int64(std::string(16, 7)), "gzip",
         [](const fs::path& file) { read_pickled_array(file, "i8", 2); });
}

}  // namespace
}  // namespace spinlab::datasets
