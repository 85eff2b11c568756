#pragma once

namespace spinlab::training {

/// ν = min(1, √(κ / (η² g·s))) for the gradient g and the step s = F⁻¹ g: ΔᵀFΔ of what moves, Δ = η ν s, is
/// at most κ, and with it twice the change of the model's distribution in nats; 1 where κ is 0. [Ba, Grosse
/// and Martens, Distributed second-order optimization using Kronecker-factored approximations, ICLR 2017]
double kl_clip_share(double kl_clip, double learning_rate, double gradient_times_step);

}  // namespace spinlab::training
