#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/judging/channel/pack.h"

namespace spinlab::judging {

using NamedTensorList = std::vector<std::pair<std::string, at::Tensor>>;

/// What vjp returns: vᵀ ∂y/∂x and vᵀ ∂y/∂θ for each parameter θ, in their order; zeros where y does not
/// depend on it.
struct VectorJacobianProduct {
  at::Tensor input;
  std::vector<at::Tensor> parameters;
};

/// A module that a student's function returned. It lives in the worker, until the check ends; here is its
/// handle, which other functions of the student's take as an argument. Every method asks the worker and so
/// may throw StudentError or end the check. What they return is a stranger's word: gradients, say, want a
/// comparison with finite differences of forward().
class StudentModule {
 public:
  explicit StudentModule(std::uint64_t place) : place_(place) {}

  at::Tensor forward(const at::Tensor& x) const;
  /// In the order of registration, names with dots ("hidden.0.weight").
  NamedTensorList named_parameters() const;
  NamedTensorList named_buffers() const;
  /// Copies into the parameters and buffers of these names. StudentError where one is unknown or of another
  /// shape.
  void load(const NamedTensorList& values) const;
  /// v: as y = forward(x). By an x of integers, tokens say, the derivative is 0.
  VectorJacobianProduct vjp(const at::Tensor& x, const at::Tensor& v) const;
  void train(bool on = true) const;
  void eval() const { train(false); }

  std::uint64_t place() const { return place_; }

 private:
  std::uint64_t place_;
};

template <>
struct Codec<StudentModule> {
  static nlohmann::json encode(const StudentModule& value, Writer&) { return value.place(); }
  static StudentModule decode(const nlohmann::json& head, Reader&) {
    if (!head.is_number_unsigned()) expected("a module", head);
    return StudentModule(head.get<std::uint64_t>());
  }
};

/// What stands for a type of the student's interface on the checker's side.
template <typename T>
struct CheckerSide {
  using type = T;
};

template <typename T>
struct CheckerSide<std::shared_ptr<T>> {
  using type = StudentModule;
};

template <typename T>
using checker_side_t = typename CheckerSide<std::decay_t<T>>::type;

}  // namespace spinlab::judging
