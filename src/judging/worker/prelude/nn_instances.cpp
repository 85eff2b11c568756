// What the nn prelude declares extern.
#include "src/judging/worker/prelude/tensor_instances.cpp"

template class torch::nn::Cloneable<torch::nn::LinearImpl>;
template class torch::nn::Cloneable<torch::nn::BilinearImpl>;
template class torch::nn::Cloneable<torch::nn::UnflattenImpl>;
template class torch::nn::Cloneable<torch::nn::MultiheadAttentionImpl>;
template class torch::nn::Cloneable<torch::nn::SoftminImpl>;
template class torch::nn::Cloneable<torch::nn::SoftmaxImpl>;
template class torch::nn::Cloneable<torch::nn::LogSoftmaxImpl>;
template class torch::nn::Cloneable<torch::nn::ThresholdImpl>;
template class torch::optim::OptimizerCloneableParamState<torch::optim::SGDParamState>;
template class torch::optim::OptimizerCloneableParamState<torch::optim::AdamParamState>;
template class torch::optim::OptimizerCloneableOptions<torch::optim::SGDOptions>;
template class torch::optim::OptimizerCloneableOptions<torch::optim::AdamOptions>;
template struct torch::jit::ScalarAttributeValue<c10::complex<double>, torch::jit::AttributeKind::c>;
template struct torch::jit::ScalarAttributeValue<double, torch::jit::AttributeKind::f>;
template struct torch::jit::ScalarAttributeValue<int64_t, torch::jit::AttributeKind::i>;
template struct torch::jit::ScalarAttributeValue<std::string, torch::jit::AttributeKind::s>;
template struct torch::jit::VectorAttributeValue<c10::complex<double>, torch::jit::AttributeKind::cs>;
template struct torch::jit::VectorAttributeValue<double, torch::jit::AttributeKind::fs>;
template struct torch::jit::VectorAttributeValue<int64_t, torch::jit::AttributeKind::is>;
template struct torch::jit::VectorAttributeValue<std::string, torch::jit::AttributeKind::ss>;
template struct torch::jit::VectorAttributeValue<at::Tensor, torch::jit::AttributeKind::ts>;
template struct torch::jit::VectorAttributeValue<c10::TypePtr, torch::jit::AttributeKind::tys>;
