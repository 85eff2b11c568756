#include "benchmarks/peer_process.h"

#include <c10/util/Exception.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "src/core/python.h"

extern char** environ;

namespace spinlab::benchmarks {

PeerProcess::PeerProcess(const std::filesystem::path& script, const std::vector<std::string>& arguments,
                         const std::filesystem::path& interpreter)
    : name_(script.filename()) {
  std::vector<std::string> words{(interpreter.empty() ? python() : interpreter).string(), script.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int in[2], out[2];
  TORCH_CHECK(::pipe2(in, O_CLOEXEC) == 0 && ::pipe2(out, O_CLOEXEC) == 0, "no pipe for ", name_, ": ",
              std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  const int failed = ::posix_spawnp(&child_, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  jobs_ = ::fdopen(in[1], "w");
  answers_ = ::fdopen(out[0], "r");
  TORCH_CHECK(failed == 0, words[0], " cannot be started (", std::strerror(failed),
              "); run ./spinlab once to set it up");
  std::signal(SIGPIPE, SIG_IGN);
}

PeerProcess::~PeerProcess() {
  std::fclose(jobs_);
  std::fclose(answers_);
  if (child_ > 0) ::waitpid(child_, nullptr, 0);
}

Json PeerProcess::ask(const Json& job) {
  std::fprintf(jobs_, "%s\n", job.dump().c_str());
  std::fflush(jobs_);
  char line[4096];
  TORCH_CHECK(std::fgets(line, sizeof line, answers_) != nullptr, name_,
              " ended before it answered; what it said is above");
  const auto answer = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  TORCH_CHECK(answer.is_object(), name_, " answered something else than a JSON object: ", line);
  return answer;
}

}  // namespace spinlab::benchmarks
