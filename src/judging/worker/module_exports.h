#pragma once

#include <torch/nn/module.h>

#include <concepts>

#include "src/judging/worker/exports.h"

// In place of exports.h for an assignment whose functions return or take modules, as std::shared_ptr to a type
// that its frozen header declares: derived from torch::nn::Module, with a (virtual) forward(const Tensor&).
namespace spinlab::judging {

/// A module that the student made, and how to call it.
struct ServedModule {
  std::shared_ptr<torch::nn::Module> module;
  std::function<at::Tensor(const at::Tensor&)> forward;
};

/// Keeps it until the worker ends; the same module has the same place.
std::uint64_t keep_module(ServedModule module);
/// Throws ProtocolError where there is none.
const ServedModule& kept_module(std::uint64_t place);

template <std::derived_from<torch::nn::Module> T>
struct Codec<std::shared_ptr<T>> {
  static nlohmann::json encode(const std::shared_ptr<T>& value, Writer& out) {
    if (value == nullptr) throw std::invalid_argument("a null pointer was returned in place of a module");
    for (const auto& tensor : value->parameters()) out.held(tensor);
    for (const auto& tensor : value->buffers()) out.held(tensor);
    return keep_module({value, [value](const at::Tensor& x) { return value->forward(x); }});
  }
  static std::shared_ptr<T> decode(const nlohmann::json& head, Reader&) {
    if (!head.is_number_unsigned()) expected("a module", head);
    auto typed = std::dynamic_pointer_cast<T>(kept_module(head.get<std::uint64_t>()).module);
    if (typed == nullptr) throw ProtocolError("a module of another type");
    return typed;
  }
};

}  // namespace spinlab::judging
