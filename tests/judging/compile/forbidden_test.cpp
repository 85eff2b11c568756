#include "src/judging/compile/forbidden.h"

#include "src/core/config.h"
#include "src/core/json.h"
#include "src/judging/compile/operator_callers.h"
#include "src/judging/compile/toolchain.h"
#include "tests/support/spinlab_test.h"

namespace spinlab::judging {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Mangled as nm prints them for at::_ops::NAME::call(…).
const std::string kLstsq = "_ZN2at4_ops12linalg_lstsq4callERKNS_6TensorES4_";
const std::string kSolve = "_ZN2at4_ops12linalg_solve4callERKNS_6TensorES4_b";
const std::string kSolveTriangular = "_ZN2at4_ops23linalg_solve_triangular4callERKNS_6TensorES4_bbb";
const std::string kSortDescending = "_ZN2at4_ops11sort_stable4callERKNS_6TensorEN3c108optionalIbEElb";
const std::string kSortRedispatch = "_ZN2at4_ops4sort10redispatchEN3c1014DispatchKeySetERKNS_6TensorElb";
const std::string kReluInPlace = "_ZN2at4_ops5relu_4callERNS_6TensorE";

TEST(ForbiddenUses, FindsTheOperatorByItsName) {
  EXPECT_THAT(forbidden_uses({kLstsq}, {"linalg_lstsq"}), ElementsAre("linalg_lstsq"));
  EXPECT_THAT(forbidden_uses({kLstsq, kSolve}, {"linalg_svd"}), IsEmpty());
}

TEST(ForbiddenUses, ANameThatBeginsAnotherIsNotTheOther) {
  EXPECT_THAT(forbidden_uses({kSolveTriangular}, {"linalg_solve"}), IsEmpty());
  EXPECT_THAT(forbidden_uses({kSolve}, {"linalg_solve"}), ElementsAre("linalg_solve"));
}

TEST(ForbiddenUses, EveryOverloadAndTheInPlaceFormCount) {
  EXPECT_THAT(forbidden_uses({kSortDescending}, {"sort"}), ElementsAre("sort"));
  EXPECT_THAT(forbidden_uses({kSortRedispatch}, {"sort"}), ElementsAre("sort"));
  EXPECT_THAT(forbidden_uses({kReluInPlace}, {"relu"}), ElementsAre("relu"));
}

TEST(ForbiddenUses, ANamespaceIsForbiddenWithAllThatIsInIt) {
  const std::string step = "_ZN5torch5optim4Adam4stepESt8functionIFN2at6TensorEvEE";
  const std::string defaults = "_ZNK5torch5optim9Optimizer8defaultsEv";
  EXPECT_THAT(forbidden_uses({step}, {"torch::optim"}), ElementsAre("torch::optim"));
  EXPECT_THAT(forbidden_uses({defaults}, {"torch::optim"}), ElementsAre("torch::optim"));
  EXPECT_THAT(forbidden_uses({step}, {"torch::optim::SGD"}), IsEmpty());
  EXPECT_THAT(forbidden_uses({"_ZN5torch8optimumEv"}, {"torch::optim"}), IsEmpty());
}

TEST(ForbiddenUses, BackDoorsAreClosedAlways) {
  EXPECT_THAT(forbidden_uses({"_ZN3c1010Dispatcher13realSingletonEv", "dlsym"}, {}),
              ElementsAre("c10::Dispatcher", "dlsym"));
  EXPECT_THAT(forbidden_uses({"_ZN2at6native4sortERKNS_6TensorElb"}, {}), ElementsAre("at::native"));
  EXPECT_THAT(forbidden_uses({"_ZN5torch3jit5parseEv"}, {}),
              ElementsAre("torch::jit (which torch::save and torch::load use)"));
}

TEST(ForbiddenUses, WhatComesAlongWithLibTorchIsNotItsTensorApi) {
  EXPECT_THAT(forbidden_uses({"dgelsd_"}, {}), ElementsAre("dgelsd_"));
  EXPECT_THAT(forbidden_uses({"aoti_torch_call_dispatcher", "LAPACKE_dgels"}, {}),
              testing::Contains("aoti_torch_call_dispatcher"));
  EXPECT_THAT(
      forbidden_uses(
          {"memcpy", "exp", "_Znwm", "__cxa_throw", "_ZNSt6thread4joinEv", "_ZN2at3absERKNS_6TensorE"}, {}),
      IsEmpty());
}

TEST(ForbiddenUses, WhateverLibTorchBuildsOfItIsForbiddenToo) {
  const std::string loss = "_ZN5torch2nn20CrossEntropyLossImpl7forwardERKN2at6TensorES5_";
  const std::string attention = "_ZN5torch2nn22MultiheadAttentionImpl7forwardERKN2at6TensorES5_S5_S5_bS5_b";
  const std::string linear = "_ZN5torch2nn10LinearImpl7forwardERKN2at6TensorE";
  const std::string power = "_ZN2at4_ops19linalg_matrix_power4callERKNS_6TensorEl";
  EXPECT_THAT(
      forbidden_uses({loss, attention, linear, power}, {"_softmax", "_log_softmax"}),
      ElementsAre("torch::nn::CrossEntropyLossImpl::forward", "torch::nn::MultiheadAttentionImpl::forward"));
  EXPECT_THAT(forbidden_uses({loss, attention, linear, power}, {"linalg_inv_ex"}),
              ElementsAre("linalg_matrix_power"));
}

TEST(ForbiddenUses, EverydayOperatorsComputeNoneOfTheGroups) {
  const Config groups(read_json(root() / "assignments/shared/forbidden.json"), "forbidden.json");
  const auto callers = read_symbol_sets(toolchain().operator_callers());
  for (const auto& group : {"solve", "softmax", "optimizer", "convolution", "pooling", "normalisation"}) {
    std::set<std::string> operators, allowed;
    for (const auto& name : groups.get<std::vector<std::string>>(group))
      name.starts_with('-') ? allowed.insert(name.substr(1)) : operators.insert(name);
    const auto computing = with_callers(operators, callers, allowed);
    for (const auto& everyday : {"abs",
                                 "add",
                                 "addmm",
                                 "all",
                                 "any",
                                 "arange",
                                 "argmax",
                                 "argsort",
                                 "bmm",
                                 "cat",
                                 "clamp",
                                 "clone",
                                 "copy_",
                                 "cos",
                                 "cumprod",
                                 "cumsum",
                                 "detach",
                                 "diag",
                                 "div",
                                 "dot",
                                 "einsum",
                                 "empty",
                                 "eq",
                                 "erf",
                                 "exp",
                                 "expm1",
                                 "eye",
                                 "flip",
                                 "full",
                                 "gather",
                                 "ge",
                                 "gelu",
                                 "index",
                                 "index_add",
                                 "index_select",
                                 "isfinite",
                                 "isnan",
                                 "item",
                                 "kron",
                                 "linalg_cholesky",
                                 "linalg_cross",
                                 "linalg_eigh",
                                 "linalg_eigvalsh",
                                 "linalg_householder_product",
                                 "linalg_lu_factor",
                                 "linalg_matrix_exp",
                                 "linalg_norm",
                                 "linalg_qr",
                                 "linalg_solve_triangular",
                                 "linalg_svd",
                                 "linalg_vector_norm",
                                 "linspace",
                                 "log",
                                 "log1p",
                                 "masked_select",
                                 "matmul",
                                 "max",
                                 "maximum",
                                 "mean",
                                 "median",
                                 "min",
                                 "mm",
                                 "mul",
                                 "narrow",
                                 "neg",
                                 "norm",
                                 "ones",
                                 "outer",
                                 "permute",
                                 "pow",
                                 "prod",
                                 "rand",
                                 "randint",
                                 "randn",
                                 "randperm",
                                 "relu",
                                 "repeat",
                                 "reshape",
                                 "round",
                                 "scatter",
                                 "select",
                                 "sigmoid",
                                 "sign",
                                 "sin",
                                 "slice",
                                 "sort",
                                 "special_erf",
                                 "sqrt",
                                 "square",
                                 "stack",
                                 "std",
                                 "sub",
                                 "sum",
                                 "svd",
                                 "tanh",
                                 "to",
                                 "trace",
                                 "transpose",
                                 "triangular_solve",
                                 "tril",
                                 "triu",
                                 "unsqueeze",
                                 "var",
                                 "var_mean",
                                 "vstack",
                                 "where",
                                 "zeros"})
      EXPECT_FALSE(computing.contains(everyday)) << everyday << " is forbidden as " << group;
  }
}

TEST(ForbiddenUses, AnOperatorCanBeAllowedThatCallsAForbiddenOne) {
  const std::string cond = "_ZN2at4_ops11linalg_cond4callERKNS_6TensorERKSt8optionalIN3c106ScalarEE";
  EXPECT_THAT(forbidden_uses({cond}, {"linalg_inv_ex"}), ElementsAre("linalg_cond"));
  EXPECT_THAT(forbidden_uses({cond}, {"linalg_inv_ex", "-linalg_cond"}), IsEmpty());
  EXPECT_THROW(forbidden_uses({}, {"-linalg_conds"}), c10::ValueError);
}

TEST(ForbiddenUses, KernelsOfAnyKindAreClosed) {
  EXPECT_THAT(
      forbidden_uses({"_ZN2at38compositeexplicitautogradnonfunctional13linalg_inv_exERKNS_6TensorEb"}, {}),
      ElementsAre("at::compositeexplicitautogradnonfunctional"));
  EXPECT_THAT(
      forbidden_uses(
          {"_ZN2at14DynamicLibrary3symEPKc", "_ZTVN5torch8autograd9generated22LinalgLuSolveBackward0E"}, {}),
      ElementsAre("at::DynamicLibrary", "torch::autograd::generated"));
}

/// What a torch::autograd::Function of one's own refers to, beside everyday symbols.
TEST(ForbiddenUses, OnesOwnDerivativesAreAllowed) {
  EXPECT_THAT(forbidden_uses({"_ZN2at9functorch20functorchTLSAccessorEv", "_ZN5torch8autograd4NodeC2Em"}, {"_softmax"}), IsEmpty());
}

TEST(ForbiddenUses, QualifiedMethodsAreLibTorchsOwn) {
  EXPECT_THAT(
      forbidden_uses({"_ZNKR3c106IValue6toListEv", "_ZNKR2at6Tensor17expect_contiguousEN3c1012MemoryFormatE"},
                     {}),
      IsEmpty());
}

TEST(ForbiddenUses, AnOperatorThatDoesNotExistIsTheAuthorsMistake) {
  EXPECT_THROW(forbidden_uses({}, {"linalg_lstsqr"}), c10::ValueError);
}

}  // namespace
}  // namespace spinlab::judging
