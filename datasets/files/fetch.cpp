#include "datasets/files/fetch.h"

#include <c10/util/Exception.h>

#include <memory>
#include <optional>

#include "datasets/files/integrity.h"
#include "datasets/files/unpack_archive.h"
#include "src/core/progress.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

fs::path with_suffix(fs::path path, const std::string& suffix) { return path += suffix; }

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  TORCH_CHECK(!error, folder.string(), ": this folder cannot be made (", error.message(),
              "); choose one that you may write to with --data");
}

void discard(const fs::path& file) {
  std::error_code ignored;
  fs::remove(file, ignored);
}

// A damaged file under another suffix would be found first: it goes.
void put_in_place(const fs::path& part, const fs::path& path, const std::string& suffix) {
  std::error_code error;
  fs::rename(part, with_suffix(path, suffix), error);
  TORCH_CHECK(!error, path.string(), suffix, ": cannot be put in place (", error.message(), ")");
  for (const char* other : {"", ".gz", ".xz"}) {
    if (other != suffix) discard(with_suffix(path, other));
  }
}

void download_with_bar(const std::string& url, const fs::path& part, const std::string& title,
                       const DownloadOptions& options) {
  std::optional<Progress> bar;
  download(url, part, options, [&](std::uint64_t done, std::uint64_t total) {
    if (!bar) bar.emplace(title, static_cast<int64_t>(total > 0 ? total : options.max_bytes));
    bar->update(static_cast<int64_t>(done), std::to_string(done >> 20) + " MiB");
  });
}

// A part left over from another source may spoil a resumed download: then once more from the beginning.
template <typename Accept>
bool download_and_check(const std::string& url, const fs::path& part, const std::string& title,
                        const DownloadOptions& options, const Accept& accept) {
  const bool resumed = fs::exists(part) && fs::file_size(part) > 0;
  download_with_bar(url, part, title, options);
  if (accept()) return true;
  discard(part);
  if (!resumed) return false;
  download_with_bar(url, part, title, options);
  if (accept()) return true;
  discard(part);
  return false;
}

// Tries the addresses in order until one gives what is accepted.
template <typename Accept>
void download_from_any(const std::vector<std::string>& urls, const fs::path& part, const std::string& title,
                       const FetchOptions& options, const Accept& accept) {
  std::string failures;
  for (const auto& url : urls) {
    auto failure = url + ": its bytes have another SHA-256 than the catalog's";
    try {
      if (download_and_check(url, part, title, options.download, accept)) return;
    } catch (const DownloadError& error) {
      failure = error.what();
    }
    if (&url != &urls.back()) options.say(failure + "; the next address is tried");
    failures += (failures.empty() ? "" : "; ") + failure;
  }
  TORCH_CHECK(false, title, " could not be fetched: ", failures, "; try again later, or put the file into ",
              part.parent_path().string(), " yourself");
}

// How the downloaded bytes are to be named: as they are, or packed. Nothing where they are something else.
std::optional<std::string> suffix_of(const CatalogFile& file, const fs::path& part) {
  const auto sha256 = file_sha256(part);
  if (sha256 == file.content.sha256) return "";
  if (!file.suffix.empty() && sha256 == file.packed.sha256) return file.suffix;
  if (!file.suffix.empty() && inspect(file, part).state == FileState::kIntact) return file.suffix;
  return std::nullopt;
}

void fetch_file(const CatalogFile& file, const fs::path& target, FetchOptions options) {
  const auto path = target / file.path;
  const auto part = with_suffix(path, ".part");
  make_folder(path.parent_path());
  options.download.max_bytes = file.max_bytes();
  std::optional<std::string> suffix;
  download_from_any(file.urls, part, file.path, options,
                    [&] { return (suffix = suffix_of(file, part)).has_value(); });
  put_in_place(part, path, *suffix);
  options.say("wrote " + with_suffix(path, *suffix).string());
}

void fetch_archive(const CatalogEntry& entry, const std::vector<const CatalogFile*>& members,
                   const fs::path& target, FetchOptions options) {
  const auto part = target / entry.name / "archive.part";
  make_folder(part.parent_path());
  options.download.max_bytes = entry.archive->max_bytes;
  std::string failure;
  download_from_any(entry.archive->urls, part, entry.name, options, [&] {
    failure = unpack_members(part, members, target);
    if (!failure.empty()) options.say(failure);
    return failure.empty();
  });
  discard(part);
  for (const auto* file : members) options.say("wrote " + (target / file->path).string());
}

bool there(const CatalogFile& file, const DataFolders& folders, const FetchOptions& options) {
  if (options.again && !file.by_hand()) return false;
  const auto report = inspect(file, folders);
  if (report.state == FileState::kIntact) options.say("intact: " + report.found.string());
  if (report.state == FileState::kDamaged) options.say("not the catalog's: " + report.problem);
  return report.state == FileState::kIntact;
}

// A file under another suffix would be found first, or be removed: it counts too.
void refuse_to_overwrite(const CatalogFile& file, const fs::path& target) {
  for (const char* suffix : {"", ".gz", ".xz"}) {
    const auto path = with_suffix(target / file.path, suffix);
    std::error_code error;
    if (!fs::exists(fs::symlink_status(path, error))) continue;
    const auto report = inspect(file, path);
    TORCH_CHECK_VALUE(
        report.state == FileState::kIntact, report.problem,
        "; it may be your own and stays: move it away, or fetch with --overwrite to replace it");
  }
}

}  // namespace

void fetch_dataset(const CatalogEntry& entry, const DataFolders& folders, const FetchOptions& options) {
  std::vector<const CatalogFile*> single, members;
  std::string by_hand;
  for (const auto& file : entry.files) {
    if (there(file, folders, options)) continue;
    if (file.by_hand()) {
      by_hand += (by_hand.empty() ? "" : ", ") + file.path;
      continue;
    }
    if (!options.overwrite) refuse_to_overwrite(file, folders.target());
    (file.member.empty() ? single : members).push_back(&file);
  }
  for (const auto* file : single) fetch_file(*file, folders.target(), options);
  if (!members.empty()) fetch_archive(entry, members, folders.target(), options);
  TORCH_CHECK_VALUE(by_hand.empty(), "no address to fetch this from: ", by_hand, "; put it into ",
                    folders.target().string(), " by hand, in place of a damaged one (docs/data.md says how)");
}

}  // namespace spinlab::datasets
