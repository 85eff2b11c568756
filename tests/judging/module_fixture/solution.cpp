#include "module_fixture.h"

namespace module_fixture {
namespace {

class TrainedLine : public Line {
 public:
  TrainedLine(double slope, double offset) {
    slope_ = register_parameter("slope", torch::full({1}, slope, torch::kDouble));
    offset_ = register_parameter("offset", torch::full({1}, offset, torch::kDouble));
    calls_ = register_buffer("calls", torch::zeros({1}, torch::kLong));
  }
  Tensor forward(const Tensor& x) override {
    if (is_training()) calls_ += 1;
    return slope_ * x + offset_;
  }

 private:
  Tensor slope_, offset_, calls_;
};

}  // namespace

Tensor descend(const std::function<Tensor(const Tensor&)>& gradient, const Tensor& x, double rate,
               int64_t steps) {
  auto at = x;
  for (int64_t i = 0; i < steps; ++i) at = at - rate * gradient(at);
  return at;
}

std::shared_ptr<Line> make_line(double slope, double offset) {
  return std::make_shared<TrainedLine>(slope, offset);
}

Tensor twice_the_slope(const std::shared_ptr<Line>& line) {
  return 2 * line->named_parameters()["slope"].detach();
}

}  // namespace module_fixture
