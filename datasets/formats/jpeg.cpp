#include "datasets/formats/jpeg.h"

#include <csetjmp>
#include <cstdio>
// After <cstdio>, which it needs and does not include.
#include <jpeglib.h>

namespace spinlab::datasets {
namespace {

constexpr int kMaxScans = 200;  // of a progressive picture; each costs a pass over all of it

/// libjpeg ends by a call that must not return: back by longjmp, past nothing that has a destructor.
struct Decoder {
  jpeg_decompress_struct state;
  jpeg_error_mgr errors;
  jpeg_progress_mgr progress;
  std::jmp_buf failed;
  char message[JMSG_LENGTH_MAX];
};

Decoder& decoder_of(j_common_ptr state) { return *static_cast<Decoder*>(state->client_data); }

void fail(j_common_ptr state) {
  auto& decoder = decoder_of(state);
  state->err->format_message(state, decoder.message);
  std::longjmp(decoder.failed, 1);
}

/// A warning is damage: the decoder would make the missing part up.
void on_message(j_common_ptr state, int level) {
  if (level < 0) fail(state);
}

void count_scans(j_common_ptr state) {
  if (!state->is_decompressor || reinterpret_cast<j_decompress_ptr>(state)->input_scan_number <= kMaxScans)
    return;
  auto& decoder = decoder_of(state);
  std::snprintf(decoder.message, sizeof(decoder.message), "over %d scans", kMaxScans);
  std::longjmp(decoder.failed, 1);
}

void start(Decoder& decoder, std::string_view bytes) {
  decoder.state.client_data = &decoder;
  jpeg_mem_src(&decoder.state, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_read_header(&decoder.state, TRUE);
}

void decode_rows(Decoder& decoder, const PictureSize& size, std::uint8_t* to) {
  auto& state = decoder.state;
  state.progress = &decoder.progress;
  state.out_color_space = size.colour ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_start_decompress(&state);
  const auto stride = static_cast<std::size_t>(size.width) * (size.colour ? 3 : 1);
  while (state.output_scanline < state.output_height) {
    JSAMPROW row = to + stride * state.output_scanline;
    jpeg_read_scanlines(&state, &row, 1);
  }
  jpeg_finish_decompress(&state);
}

/// The one frame that longjmp returns to. `to` is nullptr where the head alone is asked for.
bool run(Decoder& decoder, std::string_view bytes, PictureSize& size, std::uint8_t* to) {
  decoder.state.err = jpeg_std_error(&decoder.errors);
  decoder.errors.error_exit = fail;
  decoder.errors.emit_message = on_message;
  decoder.progress.progress_monitor = count_scans;
  if (setjmp(decoder.failed) != 0) {
    jpeg_destroy_decompress(&decoder.state);
    return false;
  }
  jpeg_create_decompress(&decoder.state);
  start(decoder, bytes);
  if (to == nullptr) {
    size = {static_cast<int64_t>(decoder.state.image_height), static_cast<int64_t>(decoder.state.image_width),
            decoder.state.num_components != 1};
  } else {
    decode_rows(decoder, size, to);
  }
  const auto components = decoder.state.num_components;
  jpeg_destroy_decompress(&decoder.state);
  if (components == 1 || components == 3) return true;
  std::snprintf(decoder.message, sizeof(decoder.message), "in CMYK; convert it to RGB");
  return false;
}

}  // namespace

bool is_jpeg(std::string_view bytes) { return bytes.starts_with("\xff\xd8\xff"); }

std::string jpeg_size(std::string_view bytes, PictureSize& size) {
  Decoder decoder{};
  return run(decoder, bytes, size, nullptr) ? "" : decoder.message;
}

std::string decode_jpeg(std::string_view bytes, const PictureSize& size, std::uint8_t* to) {
  Decoder decoder{};
  auto expected = size;
  return run(decoder, bytes, expected, to) ? "" : decoder.message;
}

}  // namespace spinlab::datasets
