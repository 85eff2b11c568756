// As tensor_uses.h, for modules and optimizers.
namespace spinlab::SPINLAB_USES {

struct NetworkImpl : torch::nn::Module {
  explicit NetworkImpl(int64_t n) : scale(register_parameter("scale", torch::ones({n}))) {
    const auto options = torch::nn::LinearOptions(n, 1).bias(true);
    layers.push_back(register_module("layer" + std::to_string(n), torch::nn::Linear(options)));
    head = register_module("head", torch::nn::Linear(n, 2));
    register_buffer("shift", torch::ones({n}));
  }
  Tensor forward(const Tensor& x) {
    auto z = x;
    for (auto& layer : layers) z = torch::tanh(layer->forward(z));
    return torch::relu(head(z)) * scale;
  }
  std::vector<torch::nn::Linear> layers;
  torch::nn::Linear head{nullptr};
  Tensor scale;
};
TORCH_MODULE(Network);

inline void initialise(torch::nn::Module& module) {
  torch::NoGradGuard guard;
  for (auto& p : module.parameters()) {
    torch::nn::init::normal_(p, 0, 1);
    torch::nn::init::zeros_(p);
    p.sub_(0.1 * p.grad()).set_requires_grad(true);
  }
  for (auto& item : module.named_parameters()) item.value().mean();
  module.to(torch::kFloat64);
}

inline double trained(const Tensor& x, const Tensor& y, int64_t n) {
  namespace F = torch::nn::functional;
  Network network(n);
  const auto shared = std::make_shared<NetworkImpl>(n);
  initialise(*network);
  torch::optim::SGD sgd(network->parameters(), torch::optim::SGDOptions(0.1).momentum(0.9));
  torch::optim::Adam adam(shared->parameters(), torch::optim::AdamOptions(0.1));
  network->train(), shared->eval(), sgd.zero_grad();
  const auto loss = F::cross_entropy(network->forward(x), y) + F::mse_loss(shared->forward(x), y);
  loss.backward(), sgd.step(), adam.step();
  const auto gradients = torch::autograd::grad({loss}, network->parameters());
  return (gradients.front().sum() + loss.detach()).item<double>();
}

}  // namespace spinlab::SPINLAB_USES
