#include "src/training/optimizers/kl_clip.h"

#include <cmath>

namespace spinlab::training {

double kl_clip_share(double kl_clip, double learning_rate, double gradient_times_step) {
  const double change = learning_rate * learning_rate * gradient_times_step;
  return kl_clip > 0 && change > kl_clip ? std::sqrt(kl_clip / change) : 1;
}

}  // namespace spinlab::training
