#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>
#include <vector>

#include "src/training/named_tensors.h"

namespace spinlab::training {

/// The types that a network is trained in: "float32", "float64", "bfloat16" or "float16". With the last two
/// the parameters stay float32 and LibTorch's autocast computes in the shorter type what bears it
/// [Micikevicius et al., arXiv:1710.03740]; with float16 the loss is scaled, as torch.amp.GradScaler does it,
/// and a step whose gradients are not finite is left out and halves the scale.
class Precision {
 public:
  /// Throws c10::ValueError for another name.
  Precision(const std::string& name, at::Device device);

  /// Of parameters and normalised inputs.
  at::ScalarType type() const { return type_; }
  bool is_mixed() const { return short_type_.has_value(); }

  /// What is computed while one lives is computed in the short type.
  class Scope {
   public:
    explicit Scope(const Precision& precision);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    std::optional<at::DeviceType> device_;
  };

  /// The loss to call backward on.
  at::Tensor scaled(const at::Tensor& loss) const;
  /// Takes the scale out of the gradients again. Returns whether they can be used; where not, the step is to
  /// be left out.
  bool unscale(const std::vector<at::Tensor>& parameters);

  /// Of the scale; empty but for float16. The live tensors.
  NamedTensors state() const;

 private:
  at::ScalarType type_ = at::kFloat;
  std::optional<at::ScalarType> short_type_;
  at::Device device_;
  /// float32 (1) and int32 (1): steps since it was changed. Undefined but for float16.
  at::Tensor scale_, growth_;
};

/// The names that Precision takes.
std::vector<std::string> precision_names();

}  // namespace spinlab::training
