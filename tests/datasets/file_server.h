#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace spinlab::datasets {

/// file_server.py, serving `folder` while this lives.
class FileServer {
 public:
  explicit FileServer(const std::filesystem::path& folder);
  ~FileServer();
  FileServer(const FileServer&) = delete;
  FileServer& operator=(const FileServer&) = delete;

  /// The address of a file, served as `mode` says: "plain", "cut", …
  std::string url(const std::string& mode, const std::string& name) const;
  /// What was asked for so far: "/plain/name bytes=10-", "-" without a range.
  std::vector<std::string> requests() const;

 private:
  std::filesystem::path folder_;
  pid_t child_ = 0;
  int input_ = -1;
  int port_ = 0;
};

}  // namespace spinlab::datasets
