#include "datasets/files/unpack_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <fstream>
#include <memory>

#include "src/core/files.h"
#include "src/core/sha256.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr std::size_t kBlock = 1 << 18;

using Reader = std::unique_ptr<archive, decltype(&archive_read_free)>;

// Ends the writing of a member that is not the one of the catalog.
struct WrongMember {
  std::string what;
};

std::string reason(archive* reader) {
  const char* text = archive_error_string(reader);
  return text == nullptr ? "no reason given" : text;
}

Reader open(const fs::path& file) {
  Reader reader(archive_read_new(), &archive_read_free);
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_format_tar(reader.get());
  if (archive_read_open_filename(reader.get(), file.c_str(), kBlock) != ARCHIVE_OK)
    return {nullptr, &archive_read_free};
  return reader;
}

void copy_member(archive* reader, const CatalogFile& file, const fs::path& aside) {
  std::ofstream out(aside, std::ios::binary);
  std::string block(kBlock, '\0');
  Sha256 hash;
  for (std::uint64_t total = 0;;) {
    const auto got = archive_read_data(reader, block.data(), block.size());
    if (got < 0) throw WrongMember{reason(reader)};
    if (got == 0) break;
    if ((total += got) > file.content.bytes) throw WrongMember{"longer than the catalog says"};
    hash.update({block.data(), static_cast<std::size_t>(got)});
    out.write(block.data(), got);
  }
  if (hash.hex() != file.content.sha256) throw WrongMember{"its SHA-256 is not the catalog's"};
  out.close();
  TORCH_CHECK(out, file.path, ": cannot be written; free some disk or choose another folder with --data");
}

std::string unpack_one(archive* reader, const CatalogFile& file, const fs::path& target) {
  try {
    write_file_with(target / file.path, [&](const fs::path& aside) { copy_member(reader, file, aside); });
  } catch (const WrongMember& wrong) {
    return "archive member " + file.member + ": " + wrong.what;
  }
  return "";
}

}  // namespace

std::string unpack_members(const fs::path& file, const std::vector<const CatalogFile*>& members,
                           const fs::path& target) {
  const auto reader = open(file);
  if (reader == nullptr) return "not a readable archive";
  auto wanted = members;
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  while (!wanted.empty() && (status = archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK) {
    const char* name = archive_entry_pathname(entry);
    const auto found = std::find_if(wanted.begin(), wanted.end(), [&](const auto* member) {
      return name != nullptr && member->member == name;
    });
    if (found == wanted.end()) continue;
    if (auto failure = unpack_one(reader.get(), **found, target); !failure.empty()) return failure;
    wanted.erase(found);
  }
  if (wanted.empty()) return "";
  if (status != ARCHIVE_EOF) return "damaged archive (" + reason(reader.get()) + ")";
  return "the archive has no member " + wanted.front()->member;
}

}  // namespace spinlab::datasets
