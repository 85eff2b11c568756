#include "benchmarks/svm.h"

#include <ATen/ATen.h>

#include "benchmarks/peers/environment.h"
#include "benchmarks/svm_rows.h"
#include "src/core/files.h"
#include "src/training/device.h"

namespace spinlab::benchmarks {
namespace {

Digits scaled_digits(const datasets::DataFolders& data, ExportedTensors& files) {
  auto all = digits(data);
  all.train.X.div_(255);
  all.test.X.div_(255);
  files.add("mnist_X", all.train.X);
  files.add("mnist_y", all.train.y);
  files.add("test_X", all.test.X);
  files.add("test_y", all.test.y);
  return all;
}

}  // namespace

void svm(const datasets::DataFolders& data, const std::string& chosen, int repetitions, const EachRow& each) {
  training::keep_freed_memory();  // as every run does
  ExportedTensors files;
  PeerProcess peer(root() / "benchmarks" / "svm_peer.py", {files.folder()}, peers_python());
  const Turns turns(peer, chosen, repetitions, each);
  const bool no_digits = turns.chosen().starts_with("linear/sparse");
  const auto all = no_digits ? Digits() : scaled_digits(data, files);
  linear_machines(turns, files, all);
  kernel_machines(turns, peer, all);
}

}  // namespace spinlab::benchmarks
