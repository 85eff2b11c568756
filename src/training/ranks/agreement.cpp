#include "src/training/ranks/agreement.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include "src/core/sha256.h"

namespace spinlab::training {
namespace {

Json compared(Json config) {
  for (const auto* machine : {"device", "threads", "step_threads"}) config.erase(machine);
  return config;
}

/// {name: SHA-256 of its bytes}
Json digests(const NamedTensors& state) {
  Json all = Json::object();
  for (const auto& [name, tensor] : state) {
    const auto bytes = tensor.detach().cpu().contiguous();
    all[name] = sha256_hex({static_cast<const char*>(bytes.const_data_ptr()), bytes.nbytes()});
  }
  return all;
}

/// "optimizer.lr is 0.1, not 0.3", of the first difference.
std::string difference(const Json& own, const Json& first) {
  const auto changes = Json::diff(first, own);
  const auto path = changes.at(0).at("path").get<std::string>();
  const Json::json_pointer place(path);
  const auto value = [&](const Json& from) {
    return from.contains(place) ? from.at(place).dump() : "missing";
  };
  auto name = path.substr(1);
  std::ranges::replace(name, '/', '.');
  return name + " is " + value(own) + ", not " + value(first);
}

}  // namespace

void require_agreement(Ranks& ranks, const Json& config, const NamedTensors& state) {
  if (ranks.is_alone()) return;
  const auto texts = ranks.gather(Json{{"config", compared(config)}, {"state", digests(state)}}.dump());
  const auto first = Json::parse(texts.front());
  for (std::size_t i = 1; i < texts.size(); ++i) {
    const auto other = Json::parse(texts[i]);
    TORCH_CHECK_VALUE(
        other.at("config") == first.at("config"), "rank ", i,
        " has another configuration than rank 0: ", difference(other.at("config"), first.at("config")),
        "; start all with the same recipe and settings");
    for (const auto& [name, digest] : first.at("state").items()) {
      TORCH_CHECK_VALUE(other.at("state").value(name, Json()) == digest, "rank ", i, " begins with another ",
                        name,
                        " than rank 0; give all the same data files, run folder and version of Spinlab");
    }
  }
}

}  // namespace spinlab::training
