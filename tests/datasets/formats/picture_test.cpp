#include "datasets/formats/picture.h"

#include <torch/types.h>

#include "datasets/formats/npy.h"
#include "src/core/files.h"
#include "tests/datasets/formats/written_by_python.h"
#include "tests/datasets/support.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::datasets {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kMost = 1 << 24;

class PictureTest : public SpinlabTest {
 protected:
  at::Tensor read(const std::string& name) const { return read_picture(bytes(name), name, kMost); }
  at::Tensor array(const std::string& name) const { return read_npy(folder() / (name + ".npy")); }
  std::string bytes(const std::string& name) const { return read_file(folder() / name, 1 << 24); }
};

// What Pillow decodes is the measure; of alpha and 16 bits NumPy computes what the header says.
TEST_F(PictureTest, PngsAreWhatPillowReads) {
  run_in_python(R"(
r = np.random.default_rng(1)
colour, grey = r.integers(0, 256, (5, 7, 3), np.uint8), r.integers(0, 256, (5, 7), np.uint8)
rgba, la = r.integers(0, 256, (5, 7, 4), np.uint8), r.integers(0, 256, (5, 7, 2), np.uint8)
deep = r.integers(0, 65536, (5, 7), np.uint16)
white = lambda p: ((p[..., -1:].astype(int) * p[..., :-1] + (255 - p[..., -1:].astype(int)) * 255 + 127) // 255).astype(np.uint8)
Image.fromarray(colour).save('colour.png'); np.save('colour.npy', colour.transpose(2, 0, 1))
Image.fromarray(grey).save('grey.png'); np.save('grey.npy', grey[None])
Image.fromarray(rgba, 'RGBA').save('rgba.png'); np.save('rgba.npy', white(rgba).transpose(2, 0, 1))
Image.fromarray(la, 'LA').save('la.png'); np.save('la.npy', white(la).transpose(2, 0, 1))
palette = Image.fromarray(colour).quantize(16); palette.save('palette.png')
np.save('palette.npy', np.asarray(palette.convert('RGB')).transpose(2, 0, 1))
Image.fromarray(grey > 127).save('bits.png'); np.save('bits.npy', (grey > 127).astype(np.uint8)[None] * 255)
Image.fromarray(deep).save('deep.png'); np.save('deep.npy', np.round(deep / 257).astype(np.uint8)[None])
)",
                folder());
  for (const std::string name : {"colour", "grey", "rgba", "la", "palette", "bits", "deep"}) {
    const auto got = read(name + ".png"), expected = array(name);
    ASSERT_EQ(got.sizes(), expected.sizes()) << name;
    const auto most = (got.to(torch::kInt) - expected.to(torch::kInt)).abs().max().item<int>();
    EXPECT_LE(most, name == "deep" ? 1 : 0) << name;  // rounding to 8 bits may end on either side
    const auto size = picture_size(bytes(name + ".png"), name);
    EXPECT_EQ(size, (PictureSize{5, 7, expected.size(0) == 3})) << name;
  }
}

TEST_F(PictureTest, JpegsAreWhatPillowReads) {
  run_in_python(R"(
r = np.random.default_rng(2)
smooth = Image.fromarray(r.integers(0, 256, (3, 4, 3), np.uint8)).resize((37, 21))
for name, image, how in (('colour', smooth, {}), ('progressive', smooth, {'progressive': True}), ('grey', smooth.convert('L'), {})):
    image.save(name + '.jpg', quality=90, **how)
    a = np.asarray(Image.open(name + '.jpg'))
    np.save(name + '.npy', a[None] if a.ndim == 2 else a.transpose(2, 0, 1))
smooth.convert('CMYK').save('cmyk.jpg')
)",
                folder());
  for (const std::string name : {"colour", "progressive", "grey"}) {
    const auto difference = (read(name + ".jpg").to(torch::kInt) - array(name).to(torch::kInt)).abs();
    EXPECT_LE(difference.max().item<int>(), 4) << name;  // two decoders of one standard
  }
  EXPECT_THAT(mistake([&] { read("cmyk.jpg"); }), HasSubstr("CMYK"));
}

TEST_F(PictureTest, ATruncatedPictureIsRefused) {
  run_in_python(
      "a = np.random.default_rng(3).integers(0, 256, (40, 40, 3), np.uint8)\n"
      "for e in ('png', 'jpg'): Image.fromarray(a).save('whole.' + e)\n",
      folder());
  for (const std::string ending : {"png", "jpg"}) {
    const auto whole = bytes("whole." + ending);
    for (const double part : {0.02, 0.3, 0.7}) {
      const auto cut = whole.substr(0, static_cast<std::size_t>(part * whole.size()));
      EXPECT_THAT(mistake([&] { read_picture(cut, "cut." + ending, kMost); }),
                  HasSubstr("cut." + ending + ": not a readable picture"))
          << part;
    }
  }
}

TEST_F(PictureTest, WhatIsOutOfProportionOrNoPictureIsRefused) {
  run_in_python("Image.fromarray(np.zeros((5000, 5000), np.uint8)).save('bomb.png')\n", folder());
  EXPECT_THAT(mistake([&] { read("bomb.png"); }),
              HasSubstr("5000 × 5000 pixels, which is out of proportion"));
  EXPECT_THAT(mistake([] { read_picture("GIF89a", "a.png", kMost); }),
              HasSubstr("a.png: neither a PNG nor a JPEG"));
}

}  // namespace
}  // namespace spinlab::datasets
