#pragma once

// What a submission with modules and optimizers is compiled with, precompiled: cmake/Assignments.cmake.
#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/functional/activation.h>
#include <torch/nn/functional/loss.h>
#include <torch/nn/init.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>
#include <torch/optim/sgd.h>

#include "src/judging/worker/prelude/tensor.h"

// As in tensor.h.
extern template class torch::nn::Cloneable<torch::nn::LinearImpl>;
extern template class torch::nn::Cloneable<torch::nn::BilinearImpl>;
extern template class torch::nn::Cloneable<torch::nn::UnflattenImpl>;
extern template class torch::nn::Cloneable<torch::nn::MultiheadAttentionImpl>;
extern template class torch::nn::Cloneable<torch::nn::SoftminImpl>;
extern template class torch::nn::Cloneable<torch::nn::SoftmaxImpl>;
extern template class torch::nn::Cloneable<torch::nn::LogSoftmaxImpl>;
extern template class torch::nn::Cloneable<torch::nn::ThresholdImpl>;
extern template class torch::optim::OptimizerCloneableParamState<torch::optim::SGDParamState>;
extern template class torch::optim::OptimizerCloneableParamState<torch::optim::AdamParamState>;
extern template class torch::optim::OptimizerCloneableOptions<torch::optim::SGDOptions>;
extern template class torch::optim::OptimizerCloneableOptions<torch::optim::AdamOptions>;
extern template struct torch::jit::ScalarAttributeValue<c10::complex<double>, torch::jit::AttributeKind::c>;
extern template struct torch::jit::ScalarAttributeValue<double, torch::jit::AttributeKind::f>;
extern template struct torch::jit::ScalarAttributeValue<int64_t, torch::jit::AttributeKind::i>;
extern template struct torch::jit::ScalarAttributeValue<std::string, torch::jit::AttributeKind::s>;
extern template struct torch::jit::VectorAttributeValue<c10::complex<double>, torch::jit::AttributeKind::cs>;
extern template struct torch::jit::VectorAttributeValue<double, torch::jit::AttributeKind::fs>;
extern template struct torch::jit::VectorAttributeValue<int64_t, torch::jit::AttributeKind::is>;
extern template struct torch::jit::VectorAttributeValue<std::string, torch::jit::AttributeKind::ss>;
extern template struct torch::jit::VectorAttributeValue<at::Tensor, torch::jit::AttributeKind::ts>;
extern template struct torch::jit::VectorAttributeValue<c10::TypePtr, torch::jit::AttributeKind::tys>;

#define SPINLAB_USES uses
#include "src/judging/worker/prelude/nn_uses.h"
#undef SPINLAB_USES
