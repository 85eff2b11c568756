#pragma once

// What a submission of tensor functions is compiled with, precompiled: cmake/Assignments.cmake.
#include <torch/types.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "src/judging/worker/not_implemented.h"

// LibTorch's headers use the virtual members of these templates, so clang would instantiate them at the end
// of every submission, half a second for nothing. instances.cpp holds them instead.
extern template struct c10::SingleElementType<c10::TypeKind::ListType, c10::ListType>;
extern template struct c10::EnumerationType<c10::TypeKind::ScalarTypeType>;
extern template struct c10::EnumerationType<c10::TypeKind::MemoryFormatType>;
extern template struct c10::EnumerationType<c10::TypeKind::LayoutType>;
// Those that jit_type.h itself instantiates before it ends can't be put off; here they are instantiated,
// once, in the precompiled header.
template struct c10::SingleElementType<c10::TypeKind::RRefType, c10::RRefType>;
template struct c10::SingleElementType<c10::TypeKind::FutureType, c10::FutureType>;
template struct c10::SingleElementType<c10::TypeKind::AwaitType, c10::AwaitType>;

#define SPINLAB_USES uses
#include "src/judging/worker/prelude/tensor_uses.h"
#undef SPINLAB_USES
