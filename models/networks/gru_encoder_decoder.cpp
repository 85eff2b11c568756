#include "models/networks/gru_encoder_decoder.h"

#include "models/registry.h"

namespace spinlab::models {

void GRUEncoderDecoderImpl::reset() {
  const auto gru = torch::nn::GRUOptions(options.embedding(), options.hidden()).batch_first(true);
  embedding = register_module("embedding", torch::nn::Embedding(options.tokens() + 1, options.embedding()));
  encoder = register_module("encoder", torch::nn::GRU(gru));
  decoder = register_module("decoder", torch::nn::GRU(gru));
  output = register_module("output", torch::nn::Linear(options.hidden(), options.tokens()));
}

at::Tensor GRUEncoderDecoderImpl::forward(const at::Tensor& source, const at::Tensor& begun) {
  const auto read = std::get<1>(encoder->forward(embedding->forward(source)));
  return output->forward(std::get<0>(decoder->forward(embedding->forward(begun), read)));
}

namespace {

Network make(const Config& config, const Problem& problem) {
  auto options = GRUEncoderDecoderOptions(problem.outputs);
  options.embedding(config.integer("embedding", 1, kMaxWidth)).hidden(config.integer("hidden", 1, kMaxWidth));
  return network(GRUEncoderDecoder(options));
}

const Registered<ModelEntry> kRegistered{
    {.name = "gru_encoder_decoder",
     .summary = "a sequence read into a vector, its answer written from that",
     .defaults = {{"embedding", 32}, {"hidden", 128}},
     .network = make,
     .form = Form::kSequencePairs}};

}  // namespace
}  // namespace spinlab::models
