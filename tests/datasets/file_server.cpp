#include "tests/datasets/file_server.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "src/core/files.h"
#include "src/core/python.h"

namespace fs = std::filesystem;

namespace spinlab::datasets {

FileServer::FileServer(const fs::path& folder) : folder_(folder) {
  const auto interpreter = python().string(),
             script = (root() / "tests" / "datasets" / "file_server.py").string();
  int input[2], output[2];
  if (::pipe2(input, O_CLOEXEC) != 0 || ::pipe2(output, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  child_ = ::fork();
  if (child_ == 0) {
    ::dup2(input[0], STDIN_FILENO);
    ::dup2(output[1], STDOUT_FILENO);
    ::execlp(interpreter.c_str(), interpreter.c_str(), script.c_str(), folder_.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(input[0]);
  ::close(output[1]);
  input_ = input[1];
  char line[16] = {};
  const auto got = ::read(output[0], line, sizeof line - 1);
  ::close(output[0]);
  if (got <= 0) throw std::runtime_error("the file server did not start");
  port_ = std::stoi(line);
}

FileServer::~FileServer() {
  ::close(input_);
  ::waitpid(child_, nullptr, 0);
}

std::string FileServer::url(const std::string& mode, const std::string& name) const {
  return "http://127.0.0.1:" + std::to_string(port_) + "/" + mode + "/" + name;
}

std::vector<std::string> FileServer::requests() const {
  std::ifstream log(folder_ / "requests");
  std::vector<std::string> lines;
  for (std::string line; std::getline(log, line);) lines.push_back(line);
  return lines;
}

}  // namespace spinlab::datasets
