#pragma once

#include <c10/util/Exception.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace spinlab::datasets {

/// Why an address did not give the whole file; what arrived is kept in the part.
class DownloadError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct DownloadOptions {
  std::uint64_t max_bytes = 0;           // a longer answer is refused
  int attempts = 5;                      // in a row without a new byte, before the address is given up
  std::chrono::milliseconds pause{500};  // before the second attempt, doubled each time
  std::chrono::seconds connect_timeout{20};
  std::chrono::seconds stall_timeout{
      30};  // below 1 kB/s for so long, the answer's beginning included, counts as cut
};

/// `done` of `total` bytes; total is 0 where the server does not say.
using DownloadProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Brings `url` (http or https, redirects followed) into `part`. Bytes that `part` already holds are not
/// asked for again where the server honours Range (206); where it does not (200) the part starts anew. A cut
/// connection is taken up where it broke; a server that gave nothing new before a time-out is not waited for
/// again. Throws DownloadError (HTTP error, too long, given up), c10::Error
/// where the disk is full, another process writes the same part, or Interrupt::requested(): in each case the
/// part stays for the next time, but one that is too long is removed.
void download(const std::string& url, const std::filesystem::path& part, const DownloadOptions& options,
              const DownloadProgress& progress);

}  // namespace spinlab::datasets
