#include "datasets/formats/npy.h"

#include <ATen/ATen.h>
#include <archive.h>
#include <archive_entry.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>

#include "datasets/files/compressed_file.h"
#include "datasets/formats/npy_header.h"
#include "src/core/files.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr std::size_t kMaxHeader = 1 << 16, kBlock = 1 << 18, kMaxArrays = 10'000;

/// Bytes one after the other; `left` is the most that can still come.
struct Source {
  std::function<std::size_t(void* to, std::size_t size)> read_some;  // 0 at the end
  std::uint64_t left;
};

void read_exactly(Source& in, void* to, std::size_t size) {
  auto* bytes = static_cast<char*>(to);
  for (std::size_t done = 0; done < size;) {
    const auto got = in.read_some(bytes + done, size - done);
    TORCH_CHECK_VALUE(got > 0, "cut short: ", size - done,
                      " bytes are missing at its end; save or copy it again");
    done += got;
  }
  in.left -= std::min<std::uint64_t>(in.left, size);
}

NpyHeader read_header(Source& in) {
  unsigned char head[8];
  read_exactly(in, head, sizeof(head));
  TORCH_CHECK_VALUE(std::memcmp(head, "\x93NUMPY", 6) == 0,
                    "not a .npy file: it does not begin as NumPy writes them");
  TORCH_CHECK_VALUE(1 <= head[6] && head[6] <= 3, "of version ", int{head[6]},
                    " of the format; 1 to 3 are read");
  unsigned char length[4] = {};
  read_exactly(in, length, head[6] == 1 ? 2 : 4);
  const auto size = std::size_t{length[0]} | std::size_t{length[1]} << 8 | std::size_t{length[2]} << 16 |
                    std::size_t{length[3]} << 24;
  TORCH_CHECK_VALUE(size <= kMaxHeader, "its header is ", size, " bytes long, at most ", kMaxHeader,
                    " are read");
  std::string dictionary(size, '\0');
  read_exactly(in, dictionary.data(), size);
  return parse_npy_header(dictionary);
}

at::Tensor swap_bytes(const at::Tensor& tensor) {
  const auto size = static_cast<int64_t>(tensor.element_size());
  const auto bytes = tensor.reshape({-1}).view(at::kByte).view({-1, size});
  return bytes.flip(1).contiguous().view({-1}).view(tensor.scalar_type()).view(tensor.sizes());
}

at::Tensor read_array(Source in) {
  const auto header = read_header(in);
  TORCH_CHECK_VALUE(header.bytes <= in.left, "its header promises ", header.bytes,
                    " bytes of numbers, but at most ", in.left,
                    " can follow; it is cut short, or no honest file");
  auto shape = header.shape;
  if (header.fortran) std::reverse(shape.begin(), shape.end());
  auto tensor = at::empty(shape, header.type);
  read_exactly(in, tensor.mutable_data_ptr(), header.bytes);
  char extra;
  TORCH_CHECK_VALUE(in.read_some(&extra, 1) == 0,
                    "bytes follow behind the numbers that its header promises; save it again");
  if (header.swapped && tensor.numel() > 0) tensor = swap_bytes(tensor);
  // True is any byte but 0 to whoever wrote it; to LibTorch it must be 1.
  if (header.type == at::kBool) tensor = tensor.view(at::kByte).ne(0);
  std::vector<int64_t> axes;
  for (auto d = static_cast<int64_t>(shape.size()); d-- > 0;) axes.push_back(d);
  return header.fortran ? tensor.permute(axes).contiguous() : tensor;
}

/// Puts the file's name before what is wrong with it.
template <typename Body>
auto naming(const std::string& name, const Body& body) {
  try {
    return body();
  } catch (const c10::ValueError& error) {
    TORCH_CHECK_VALUE(false, name, ": ", error.what_without_backtrace());
  }
}

void require_file(const fs::path& file) {
  std::error_code error;
  TORCH_CHECK_VALUE(fs::exists(file, error), "no such file");
  TORCH_CHECK_VALUE(fs::is_regular_file(file, error), "not a regular file");
  TORCH_CHECK_VALUE(fs::file_size(file, error) > 0, "an empty file");
}

using Zip = std::unique_ptr<archive, decltype(&archive_read_free)>;

std::string reason(archive* zip) {
  const auto* text = archive_error_string(zip);
  return text == nullptr ? "the reader gives no reason" : text;
}

Source member_source(archive* zip, std::uint64_t most) {
  return {[zip](void* to, std::size_t size) {
            const auto got = archive_read_data(zip, to, size);
            TORCH_CHECK_VALUE(got >= 0, "damaged (", reason(zip), ")");
            return static_cast<std::size_t>(got);
          },
          most};
}

std::map<std::string, at::Tensor> read_members(archive* zip, const std::string& name, std::uint64_t most) {
  std::map<std::string, at::Tensor> arrays;
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  while ((status = archive_read_next_header(zip, &entry)) == ARCHIVE_OK) {
    std::string key = archive_entry_pathname(entry) == nullptr ? "" : archive_entry_pathname(entry);
    if (key.ends_with(".npy")) key.resize(key.size() - 4);
    TORCH_CHECK_VALUE(!arrays.contains(key) && arrays.size() < kMaxArrays, name, ": two arrays are called \"",
                      key, "\", or there are over ", kMaxArrays);
    auto array = naming(name + ": " + key, [&] { return read_array(member_source(zip, most)); });
    most -= array.nbytes();
    arrays[key] = std::move(array);
  }
  TORCH_CHECK_VALUE(status == ARCHIVE_EOF, name, ": not a readable .npz (", reason(zip), "); save it again");
  TORCH_CHECK_VALUE(!arrays.empty(), name, ": holds no arrays");
  return arrays;
}

void write_array(const at::Tensor& tensor, const std::function<void(const void*, std::size_t)>& write) {
  const auto flat = tensor.detach().cpu().contiguous();
  const auto head = npy_head(flat.scalar_type(), flat.sizes().vec());
  write(head.data(), head.size());
  write(flat.const_data_ptr(), flat.nbytes());
}

}  // namespace

at::Tensor read_npy(const fs::path& file) {
  return naming(file.string(), [&] {
    require_file(file);
    std::ifstream in(file, std::ios::binary);
    const auto read = [&in](void* to, std::size_t size) {
      in.read(static_cast<char*>(to), static_cast<std::streamsize>(size));
      return static_cast<std::size_t>(in.gcount());
    };
    return read_array({read, fs::file_size(file)});
  });
}

std::map<std::string, at::Tensor> read_npz(const fs::path& file) {
  naming(file.string(), [&] {
    require_file(file);
    return 0;
  });
  const Zip zip(archive_read_new(), &archive_read_free);
  archive_read_support_format_zip(zip.get());
  TORCH_CHECK_VALUE(archive_read_open_filename(zip.get(), file.c_str(), kBlock) == ARCHIVE_OK, file.string(),
                    ": not a readable .npz (", reason(zip.get()), "); save it again with numpy.savez");
  return read_members(zip.get(), file.string(), justified_bytes(file));
}

void write_npy(const fs::path& file, const at::Tensor& tensor) {
  write_file_with(file, [&](const fs::path& aside) {
    std::ofstream out(aside, std::ios::binary);
    write_array(tensor, [&](const void* bytes, std::size_t size) {
      out.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
    });
    out.close();
    TORCH_CHECK(out, file.string(), ": cannot be written; free some disk or choose another folder");
  });
}

void write_npz(const fs::path& file, const std::map<std::string, at::Tensor>& tensors) {
  write_file_with(file, [&](const fs::path& aside) {
    const std::unique_ptr<archive, decltype(&archive_write_free)> zip(archive_write_new(),
                                                                      &archive_write_free);
    const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                              &archive_entry_free);
    archive_write_set_format_zip(zip.get());
    archive_write_zip_set_compression_store(zip.get());
    bool good = archive_write_open_filename(zip.get(), aside.c_str()) == ARCHIVE_OK;
    for (const auto& [name, tensor] : tensors) {
      const auto head = npy_head(tensor.scalar_type(), tensor.sizes().vec());
      archive_entry_clear(entry.get());
      archive_entry_set_pathname(entry.get(), (name + ".npy").c_str());
      archive_entry_set_filetype(entry.get(), AE_IFREG);
      archive_entry_set_perm(entry.get(), 0644);
      archive_entry_set_size(entry.get(), static_cast<la_int64_t>(head.size() + tensor.nbytes()));
      good = good && archive_write_header(zip.get(), entry.get()) == ARCHIVE_OK;
      write_array(tensor, [&](const void* bytes, std::size_t size) {
        good = good && archive_write_data(zip.get(), bytes, size) == static_cast<la_ssize_t>(size);
      });
    }
    good = archive_write_close(zip.get()) == ARCHIVE_OK && good;
    TORCH_CHECK(good, file.string(), ": cannot be written; free some disk or choose another folder");
  });
}

}  // namespace spinlab::datasets
