#include "models/networks/bigram.h"

#include <ATen/ops/embedding.h>
#include <ATen/ops/zeros.h>

#include "models/registry.h"

namespace spinlab::models {

void BigramImpl::reset() {
  weight = register_parameter("weight", at::zeros({options.tokens(), options.tokens()}));
}

at::Tensor BigramImpl::forward(const at::Tensor& tokens) { return at::embedding(weight, tokens); }

namespace {

const Registered<ModelEntry> kRegistered{
    {.name = "bigram",
     .summary = "the next token by the last one alone",
     .network = [](const Config&,
                   const Problem& problem) { return network(Bigram(BigramOptions(problem.outputs))); },
     .form = Form::kTokens}};

}  // namespace
}  // namespace spinlab::models
