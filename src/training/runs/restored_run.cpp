#include "src/training/runs/restored_run.h"

#include <c10/util/Exception.h>

#include "src/training/runs/data_fingerprint.h"

namespace spinlab::training {

PreparedRun restored_run(const RunFolder& folder, const datasets::DataFolders& data,
                         const std::string& device) {
  auto config = folder.config();
  TORCH_CHECK_VALUE(folder.has_checkpoint(), folder.path().string(),
                    ": has no checkpoint yet, and so no weights; let it train for an epoch first");
  config["device"] = device;
  PreparedRun run(config, data);
  require_same_data(folder.record(), run.set, folder.path().string());
  run.load(folder.checkpoint());
  run.use_best();
  return run;
}

}  // namespace spinlab::training
