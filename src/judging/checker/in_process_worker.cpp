#include "src/judging/checker/in_process_worker.h"

#include <c10/util/Exception.h>
#include <dlfcn.h>
#include <sys/socket.h>

namespace fs = std::filesystem;

namespace spinlab::judging {
namespace {

void* load(const fs::path& file, int visibility) {
  void* handle = ::dlopen(file.c_str(), RTLD_NOW | visibility);
  TORCH_CHECK(handle != nullptr, ::dlerror());
  return handle;
}

}  // namespace

InProcessWorker::InProcessWorker(const WorkerFiles& files) {
  if (!files.prelude.empty()) load(files.prelude, RTLD_GLOBAL);
  serve_ = reinterpret_cast<decltype(serve_)>(::dlsym(load(files.object, RTLD_LOCAL), "spinlab_serve"));
  TORCH_CHECK(serve_ != nullptr, files.object.string(), " is no submission's object");
}

InProcessWorker::~InProcessWorker() { end({}); }

Socket InProcessWorker::begin(const WorkerOrder& limits) {
  auto pair = sandbox::socket_pair(SOCK_STREAM);
  theirs_ = std::move(pair.theirs);
  // The thread owns its end and closes it; shutdown() below reaches it through ours.
  const int served = theirs_.get();
  thread_ = std::thread([serve = serve_, served, seed = limits.seed] { serve(served, seed); });
  return Socket(pair.ours.release());
}

Worker::Ending InProcessWorker::end(std::chrono::milliseconds) {
  if (theirs_.get() >= 0) ::shutdown(theirs_.release(), SHUT_RDWR);
  if (thread_.joinable()) thread_.join();
  return {};
}

}  // namespace spinlab::judging
