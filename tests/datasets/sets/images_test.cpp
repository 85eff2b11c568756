#include "datasets/sets/images.h"

#include <torch/types.h>

#include "datasets/formats/npy.h"
#include "src/core/files.h"
#include "tests/datasets/formats/written_by_python.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ImagesTest : public SpinlabTest {
 protected:
  // Each picture is of one grey value, by which it is known again.
  void write_pictures(const std::string& list) const {
    run_in_python("for name, value, size in " + list +
                      ":\n"
                      "    os.makedirs(os.path.dirname(name), exist_ok=True)\n"
                      "    Image.fromarray(np.full(size, value, np.uint8)).save(name)\n",
                  folder());
  }
  Dataset load(Json options = Json::object()) const {
    options.update({{"name", "images"}, {"folder", (folder() / "pics").string()}});
    return load_dataset(options, DataFolders(), 1);
  }
  std::string refused() const {
    return mistake([&] { load(); });
  }
};

TEST_F(ImagesTest, SubfoldersAreTheClasses) {
  write_pictures(
      "[(f'pics/{c}/{i}.png', 10 * k + i, (4, 5)) for k, c in enumerate(['up', 'down', 'left']) for i in "
      "range(5)]");
  write_file(folder() / "pics/up/.hidden.png", "not a picture");
  write_file(folder() / "pics/up/README.txt", "not a picture");
  const auto set = load();
  EXPECT_THAT(set.classes, ElementsAre("down", "left", "up"));
  EXPECT_EQ(set.train.inputs.sizes(), (std::vector<int64_t>{12, 1, 4, 5}));
  const auto tens = set.train.inputs.select(2, 0).select(2, 0).view(-1).to(torch::kLong).div(10, "floor");
  EXPECT_TRUE(set.train.targets.equal((tens + 2) % 3));  // up 0x: 2, down 1x: 0, left 2x: 1
}

TEST_F(ImagesTest, TheLevelAboveMakesTheParts) {
  write_pictures(
      "[(f'pics/{p}/{c}/a.png', v, (3, 3, 3)) for v, (p, c) in enumerate((p, c) for p in ('train', 'test', "
      "'validation') for c in 'ab')]");
  const auto set = load();
  EXPECT_EQ(set.train.size(), 2);
  EXPECT_EQ(set.test.inputs.max().item<int>(), 3);
  EXPECT_EQ(set.parts.at("validation").inputs.min().item<int>(), 4);
}

TEST_F(ImagesTest, UnequalSizesAreNamedOrScaled) {
  write_pictures(
      "[('pics/a/1.png', 7, (6, 6)), ('pics/a/2.jpg', 9, (8, 6)), ('pics/b/1.png', 7, (6, 6, 3))]");
  EXPECT_THAT(refused(), testing::AllOf(HasSubstr("pics/a/1.png is 6 × 6, but "),
                                        HasSubstr("pics/a/2.jpg is 8 × 6; set \"size\": N")));
  const auto set = load({{"size", 4}, {"test_fraction", 0.34}});
  EXPECT_EQ(set.train.inputs.sizes(),
            (std::vector<int64_t>{2, 3, 4, 4}));  // one has colours: the grey ones are repeated
}

// Pillow's own antialiased bilinear filter.
TEST_F(ImagesTest, ScalesAsPillowDoes) {
  run_in_python(R"(
r = np.random.default_rng(1)
os.makedirs('pics/a'); os.makedirs('pics/b')
for c in 'ab':
    image = Image.fromarray(r.integers(0, 256, (31, 17, 3), np.uint8)); image.save(f'pics/{c}/1.png')
    np.save(c + '.npy', np.asarray(image.resize((10, 10), Image.BILINEAR)).transpose(2, 0, 1))
)",
                folder());
  const auto set = load({{"size", 10}, {"test_fraction", 0.5}});
  const auto name = set.train.targets.item<int64_t>() == 0 ? "a.npy" : "b.npy";
  const auto difference =
      (set.train.inputs[0].to(torch::kInt) - read_npy(folder() / name).to(torch::kInt)).abs();
  EXPECT_LE(difference.max().item<int>(), 1);
}

TEST_F(ImagesTest, WhatIsWrongIsNamed) {
  EXPECT_THAT(refused(), HasSubstr("pics: no such folder"));
  write_pictures("[('pics/a/1.png', 7, (6, 6))]");
  EXPECT_THAT(refused(), HasSubstr("has 1 folders of pictures"));
  fs::create_directories(folder() / "pics/b");
  EXPECT_THAT(refused(), HasSubstr("pics/b: no .png, .jpg or .jpeg here"));
  write_file(folder() / "pics/b/1.png", "GIF89a");
  EXPECT_THAT(refused(), HasSubstr("pics/b/1.png: neither a PNG nor a JPEG"));
  fs::create_directories(folder() / "pics/b/deeper");
  EXPECT_THAT(refused(), HasSubstr("deeper: a folder where pictures are expected"));
}

}  // namespace
}  // namespace spinlab::datasets
