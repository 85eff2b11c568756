#include "datasets/files/download.h"

#include <curl/curl.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <thread>

#include "datasets/files/part_file.h"
#include "src/core/interrupt.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {
namespace {

constexpr long kOk = 200, kPartial = 206, kRangeNotSatisfiable = 416, kSlowest = 1000, kMaxRedirects = 10;

enum class Stop { kNone, kTooLong, kDisk, kInterrupted, kWrongRange };

// One request, from the part's end on.
class Request {
 public:
  Request(const std::string& url, PartFile& part, const DownloadOptions& options,
          const DownloadProgress& progress)
      : part_(part), options_(options), progress_(progress), curl_(curl_easy_init(), &curl_easy_cleanup) {
    TORCH_CHECK(curl_ != nullptr, "libcurl cannot start");
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, kMaxRedirects);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_USERAGENT, "spinlab");
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(options.connect_timeout.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, kSlowest);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.stall_timeout.count()));
    set(CURLOPT_ERRORBUFFER, reason_);
    set(CURLOPT_WRITEFUNCTION, &Request::on_bytes);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &Request::on_progress);
    set(CURLOPT_XFERINFODATA, this);
    if (part.size() > 0) set(CURLOPT_RANGE, (std::to_string(part.size()) + "-").c_str());
  }

  CURLcode perform() { return curl_easy_perform(curl_.get()); }
  Stop stop() const { return stop_; }
  int disk_error() const { return disk_error_; }

  long status() const {
    long code = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &code);
    return code;
  }

  std::string reason(CURLcode result) const {
    return *reason_ != '\0' ? reason_ : curl_easy_strerror(result);
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    TORCH_CHECK(curl_easy_setopt(curl_.get(), option, value) == CURLE_OK, "libcurl refuses option ",
                int{option});
  }

  static std::size_t on_bytes(char* bytes, std::size_t, std::size_t count, void* self) {
    return static_cast<Request*>(self)->take(bytes, count) ? count : 0;
  }

  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    if (!Interrupt::requested()) return 0;
    static_cast<Request*>(self)->stop_ = Stop::kInterrupted;
    return 1;
  }

  // The body of an error page is not the file: passed over.
  bool take(const char* bytes, std::size_t count) {
    if (status() != kOk && status() != kPartial) return true;
    if (!started_ && !start()) return false;
    if (part_.size() + count > options_.max_bytes) return halt(Stop::kTooLong);
    if (!part_.append(bytes, count)) return halt_disk();
    if (progress_) progress_(part_.size(), total_);
    return true;
  }

  bool start() {
    started_ = true;
    if (status() == kOk && !part_.restart()) return halt_disk();
    if (status() == kPartial && range_start() != part_.size()) return halt(Stop::kWrongRange);
    curl_off_t length = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    total_ = length > 0 ? part_.size() + static_cast<std::uint64_t>(length) : 0;
    return total_ <= options_.max_bytes || halt(Stop::kTooLong);
  }

  // "Content-Range: bytes 1234-9999/10000" → 1234
  std::uint64_t range_start() const {
    curl_header* header = nullptr;
    if (curl_easy_header(curl_.get(), "Content-Range", 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
      return ~0ULL;
    unsigned long long first = 0;
    return std::sscanf(header->value, "bytes %llu-", &first) == 1 ? first : ~0ULL;
  }

  bool halt(Stop why) {
    stop_ = why;
    return false;
  }

  // libcurl's own calls may change errno before it is reported.
  bool halt_disk() {
    disk_error_ = errno;
    return halt(Stop::kDisk);
  }

  PartFile& part_;
  const DownloadOptions& options_;
  const DownloadProgress& progress_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
  char reason_[CURL_ERROR_SIZE] = {};
  bool started_ = false;
  std::uint64_t total_ = 0;
  Stop stop_ = Stop::kNone;
  int disk_error_ = 0;
};

void handle_stop(const Request& request, const std::string& url, PartFile& part,
                 const DownloadOptions& options) {
  const auto stop = request.stop();
  if (stop == Stop::kTooLong) {
    part.remove();
    throw DownloadError(url + ": longer than the " + std::to_string(options.max_bytes) +
                        " bytes that are expected");
  }
  TORCH_CHECK(stop != Stop::kDisk, "the disk is full or not writable (", std::strerror(request.disk_error()),
              "); free some space and start again, it goes on from byte ", part.size());
  TORCH_CHECK(stop != Stop::kInterrupted, "stopped; the same command goes on from byte ", part.size());
  if (stop == Stop::kWrongRange) {
    TORCH_CHECK(part.restart(), url, ": its part cannot be emptied (", std::strerror(errno), ")");
  }
}

bool worth_another_attempt(CURLcode result) {
  return result != CURLE_UNSUPPORTED_PROTOCOL && result != CURLE_URL_MALFORMAT &&
         result != CURLE_TOO_MANY_REDIRECTS;
}

void wait(std::chrono::milliseconds pause) {
  const auto until = std::chrono::steady_clock::now() + pause;
  while (std::chrono::steady_clock::now() < until && !Interrupt::requested()) {
    std::this_thread::sleep_for(std::min(pause, std::chrono::milliseconds(50)));
  }
}

// True when the whole file is there.
bool attempt(const std::string& url, PartFile& part, const DownloadOptions& options,
             const DownloadProgress& progress, std::string& why) {
  const auto before = part.size();
  Request request(url, part, options, progress);
  const auto result = request.perform();
  handle_stop(request, url, part, options);
  if (result == CURLE_OK && (request.status() == kOk || request.status() == kPartial)) return true;
  // Nothing lies behind the part's end: whole, or of another file. Its checksum will tell.
  if (result == CURLE_OK && request.status() == kRangeNotSatisfiable) return true;
  why = result == CURLE_OK ? "HTTP status " + std::to_string(request.status()) : request.reason(result);
  const bool server_may_recover = result != CURLE_OK || request.status() >= 500;
  if (result == CURLE_OPERATION_TIMEDOUT && part.size() == before)
    throw DownloadError(url + ": given up: " + why);
  if (!server_may_recover || !worth_another_attempt(result)) throw DownloadError(url + ": " + why);
  return false;
}

}  // namespace

void download(const std::string& url, const fs::path& path, const DownloadOptions& options,
              const DownloadProgress& progress) {
  PartFile part(path);
  std::string why;
  auto pause = options.pause;
  for (int left = options.attempts; left > 0; --left) {
    const auto before = part.size();
    if (attempt(url, part, options, progress, why)) return part.sync();
    if (part.size() > before) {
      left = options.attempts + 1;
      pause = options.pause;
    }
    if (left > 1) wait(pause);
    pause *= 2;
    TORCH_CHECK(!Interrupt::requested(), "stopped; the same command goes on from byte ", part.size());
  }
  throw DownloadError(url + ": given up after " + std::to_string(options.attempts) + " attempts (" + why +
                      ")");
}

}  // namespace spinlab::datasets
