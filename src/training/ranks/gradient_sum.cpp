#include "src/training/ranks/gradient_sum.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

namespace spinlab::training {
namespace {

namespace autograd = torch::autograd;

/// Called where a backward pass has written a parameter's gradient.
class Hook : public autograd::PostAccumulateGradHook {
 public:
  explicit Hook(GradientSum& sum) : sum_(sum) {}
  void operator()(const autograd::Variable& parameter) override { sum_.ready(parameter); }

 private:
  GradientSum& sum_;
};

void start_sum(Ranks& ranks, const at::Tensor& numbers) {
  const auto count = static_cast<size_t>(numbers.numel());
  if (numbers.scalar_type() == at::kFloat) return ranks.start_sum({numbers.mutable_data_ptr<float>(), count});
  ranks.start_sum({numbers.mutable_data_ptr<double>(), count});
}

}  // namespace

GradientSum::GradientSum(std::vector<at::Tensor> parameters, Ranks& ranks, int64_t bucket_bytes)
    : parameters_(std::move(parameters)), ranks_(ranks), places_(parameters_.size()) {
  for (size_t i = 0; i < parameters_.size(); ++i) {
    index_[parameters_[i].unsafeGetTensorImpl()] = i;
    autograd::impl::set_post_acc_grad_hooks(parameters_[i], std::make_unique<Hook>(*this));
  }
  make_buckets(bucket_bytes);
}

GradientSum::~GradientSum() {
  for (const auto& parameter : parameters_) autograd::impl::set_post_acc_grad_hooks(parameter, nullptr);
}

void GradientSum::make_buckets(int64_t bytes) {
  int64_t numbers = 0;
  const auto close = [&] {
    if (numbers > 0)
      buckets_.back().numbers = at::empty({numbers}, parameters_.back().options().requires_grad(false));
    numbers = 0;
  };
  for (size_t i = parameters_.size(); i-- > 0;) {
    if (numbers == 0) buckets_.emplace_back();
    places_[i] = {buckets_.size() - 1, numbers};
    ++buckets_.back().parameters;
    numbers += parameters_[i].numel();
    if (numbers * static_cast<int64_t>(parameters_[i].element_size()) >= bytes) close();
  }
  close();
}

void GradientSum::start() {
  listening_ = true;
  started_ = 0;
  for (auto& bucket : buckets_) bucket.missing = bucket.parameters;
  for (auto& place : places_) place.ready = false;
}

void GradientSum::ready(const at::Tensor& parameter) {
  if (!listening_) return;
  const auto found = index_.find(parameter.unsafeGetTensorImpl());
  if (found == index_.end()) return;  // frozen: a plain pass has its gradient all the same
  put(found->second);
  start_complete_buckets();
  ranks_.advance();
}

void GradientSum::put(size_t parameter) {
  auto& place = places_[parameter];
  if (place.ready) return;
  const at::NoGradGuard outside_the_graph;
  auto& bucket = buckets_[place.bucket];
  const auto& tensor = parameters_[parameter];
  auto numbers = bucket.numbers.narrow(0, place.offset, tensor.numel());
  if (tensor.grad().defined()) {
    numbers.view(tensor.sizes()).copy_(tensor.grad());
  } else {
    numbers.zero_();
  }
  place.ready = true;
  --bucket.missing;
}

void GradientSum::start_complete_buckets() {
  for (; started_ < buckets_.size() && buckets_[started_].missing == 0; ++started_)
    start_sum(ranks_, buckets_[started_].numbers);
}

void GradientSum::finish() {
  for (size_t i = 0; i < parameters_.size(); ++i) put(i);
  start_complete_buckets();
  ranks_.finish_sums();
  listening_ = false;
  const at::NoGradGuard outside_the_graph;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const auto& grad = parameters_[i].grad();
    if (!grad.defined()) continue;
    const auto numbers = buckets_[places_[i].bucket].numbers.narrow(0, places_[i].offset, grad.numel());
    grad.copy_(numbers.view(grad.sizes()));
  }
}

int64_t GradientSum::bytes() const {
  int64_t all = 0;
  for (const auto& bucket : buckets_) all += static_cast<int64_t>(bucket.numbers.nbytes());
  return all;
}

}  // namespace spinlab::training
