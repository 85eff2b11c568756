#include "src/training/ranks/agreement.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <string_view>

#include "src/core/sha256.h"

namespace spinlab::training {
namespace {

Json compared(Json config) {
  for (const auto* machine : {"device", "threads", "step_threads"}) config.erase(machine);
  return config;
}

std::string digest(const at::Tensor& tensor) {
  const auto here = tensor.detach().cpu();
  const auto& memory = here.storage();
  // Windows of a series overlap: as numbers of their own they might not fit.
  const bool overlaps = here.nbytes() > memory.nbytes();
  const auto own = overlaps ? here : here.contiguous();
  const std::string_view bytes(static_cast<const char*>(overlaps ? memory.data() : own.const_data_ptr()),
                               overlaps ? memory.nbytes() : own.nbytes());
  return c10::str(here.scalar_type(), here.sizes(), ' ') + sha256_hex(bytes);
}

Json digests(const NamedTensors& tensors) {
  Json all = Json::object();
  for (const auto& [name, tensor] : tensors) {
    if (tensor.defined()) all[name] = digest(tensor);
  }
  return all;
}

constexpr std::size_t kMostDifferences = 3;

/// "optimizer.lr is 0.1, not 0.3; batch is 8, not 16".
std::string differences(const Json& own, const Json& first) {
  const auto changes = Json::diff(first, own);
  std::string text;
  for (std::size_t i = 0; i < std::min(changes.size(), kMostDifferences); ++i) {
    auto name = changes[i].at("path").get<std::string>().substr(1);
    const Json::json_pointer place('/' + name);
    const auto value = [&](const Json& from) {
      return from.contains(place) ? from.at(place).dump() : "missing";
    };
    std::ranges::replace(name, '/', '.');
    text += (text.empty() ? "" : "; ") + name + " is " + value(own) + ", not " + value(first);
  }
  return changes.size() > kMostDifferences ? text + "; …" : text;
}

}  // namespace

void require_agreement(Ranks& ranks, const Json& config, const NamedTensors& tensors) {
  if (ranks.is_alone()) return;
  const auto texts = ranks.gather(Json{{"config", compared(config)}, {"tensors", digests(tensors)}}.dump());
  const auto first = Json::parse(texts.front());
  for (std::size_t i = 1; i < texts.size(); ++i) {
    const auto other = Json::parse(texts[i]);
    TORCH_CHECK_VALUE(
        other.at("config") == first.at("config"), "rank ", i,
        " has another configuration than rank 0: ", differences(other.at("config"), first.at("config")),
        ". Start all with the same recipe and settings");
    for (const auto& [name, digest] : first.at("tensors").items()) {
      TORCH_CHECK_VALUE(other.at("tensors").value(name, Json()) == digest, "rank ", i,
                        " begins with another ", name,
                        " than rank 0; give all the same data files, run folder and version of Spinlab");
    }
  }
}

NamedTensors tensors_of(const datasets::Dataset& set) {
  NamedTensors all;
  const auto add = [&](const std::string& part, const datasets::Split& split) {
    all["data." + part + ".inputs"] = split.inputs;
    all["data." + part + ".targets"] = split.targets;
  };
  add("train", set.train);
  add("test", set.test);
  for (const auto& [name, part] : set.parts) add(name, part);
  return all;
}

}  // namespace spinlab::training
