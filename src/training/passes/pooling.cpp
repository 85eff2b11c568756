#include "src/training/passes/pooling.h"

#include <ATen/Dispatch.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "src/core/on_all_cores.h"

namespace spinlab::training {
namespace {

/// Numbers of x that are worth a thread's while.
constexpr int64_t kGrain = 1 << 16;

/// The planes (example, channel) of x and y: their number and sizes.
struct Planes {
  int64_t count, height, width, size;

  Planes(const at::Tensor& x, const at::Tensor& y, int64_t size)
      : count(x.size(0) * x.size(1)),
        height(y.size(2)),
        width(y.size(3)),
        size(size),
        x_width_(x.size(3)),
        x_numbers_(x.size(2) * x_width_) {
    TORCH_CHECK(x.is_cpu() && x.is_contiguous() && y.is_contiguous() && x.size(2) / size == height &&
                    x_width_ / size == width,
                "pooling by ", size, " needs contiguous tensors on the CPU, got ", x.sizes(), " and ",
                y.sizes());
  }

  /// each(x, y): where the windows' first row and their row of y begin, as offsets; for all rows of y.
  template <typename Each>
  void rows(Each each) const {
    const auto grain = std::max<int64_t>(1, kGrain / std::max<int64_t>(1, x_numbers_));
    on_all_cores(count, grain, [&](int64_t begin, int64_t end) {
      for (auto plane = begin; plane < end; ++plane) {
        for (int64_t i = 0; i < height; ++i)
          each(plane * x_numbers_ + i * size * x_width_, (plane * height + i) * width);
      }
    });
  }
  int64_t x_width() const { return x_width_; }
  /// Rows and columns of x that no window covers.
  bool leaves_some() const { return height * size * x_width_ != x_numbers_ || width * size != x_width_; }

 private:
  int64_t x_width_, x_numbers_;
};

/// With the window's size known to the compiler, or 0 where it is not.
template <int64_t kSize, typename T>
void average_row(T* y, const T* x, const Planes& planes) {
  const auto size = kSize > 0 ? kSize : planes.size;
  const auto numbers = static_cast<T>(size * size);
  for (int64_t j = 0; j < planes.width; ++j) {
    T sum = 0;
    for (int64_t a = 0; a < size; ++a) {
      for (int64_t b = 0; b < size; ++b) sum += x[a * planes.x_width() + j * size + b];
    }
    y[j] = sum / numbers;
  }
}

template <int64_t kSize, typename T>
void spread_row(T* x, const T* y, const Planes& planes) {
  const auto size = kSize > 0 ? kSize : planes.size;
  const auto numbers = static_cast<T>(size * size);
  for (int64_t a = 0; a < size; ++a) {
    for (int64_t j = 0; j < planes.width; ++j) {
      const auto part = y[j] / numbers;
      for (int64_t b = 0; b < size; ++b) x[a * planes.x_width() + j * size + b] = part;
    }
  }
}

template <int64_t kSize, typename T>
void maximum_row(T* y, int32_t* places, const T* x, const Planes& planes) {
  const auto size = kSize > 0 ? kSize : planes.size;
  for (int64_t j = 0; j < planes.width; ++j) {
    T largest = x[j * size];
    int32_t place = 0;
    for (int64_t k = 1; k < size * size; ++k) {
      const auto value = x[k / size * planes.x_width() + j * size + k % size];
      const bool larger = value > largest || value != value;
      largest = larger ? value : largest;
      place = larger ? static_cast<int32_t>(k) : place;
    }
    y[j] = largest;
    places[j] = place;
  }
}

template <int64_t kSize, typename T>
void place_row(T* x, const T* y, const int32_t* places, const Planes& planes) {
  const auto size = kSize > 0 ? kSize : planes.size;
  for (int64_t k = 0; k < size * size; ++k) {
    const auto row = x + k / size * planes.x_width() + k % size;
    for (int64_t j = 0; j < planes.width; ++j) row[j * size] = places[j] == k ? y[j] : 0;
  }
}

}  // namespace

void average_pool(at::Tensor& y, const at::Tensor& x, int64_t size) {
  const Planes planes(x, y, size);
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "average_pool", [&] {
    auto* to = y.mutable_data_ptr<scalar_t>();
    const auto* from = x.const_data_ptr<scalar_t>();
    planes.rows([&](int64_t i, int64_t j) {
      size == 2 ? average_row<2>(to + j, from + i, planes) : average_row<0>(to + j, from + i, planes);
    });
  });
}

void average_pool_backward(at::Tensor& x_gradient, const at::Tensor& y_gradient, int64_t size) {
  const Planes planes(x_gradient, y_gradient, size);
  if (planes.leaves_some()) x_gradient.zero_();
  AT_DISPATCH_FLOATING_TYPES(x_gradient.scalar_type(), "average_pool_backward", [&] {
    auto* to = x_gradient.mutable_data_ptr<scalar_t>();
    const auto* from = y_gradient.const_data_ptr<scalar_t>();
    planes.rows([&](int64_t i, int64_t j) {
      size == 2 ? spread_row<2>(to + i, from + j, planes) : spread_row<0>(to + i, from + j, planes);
    });
  });
}

void maximum_pool(at::Tensor& y, at::Tensor& places, const at::Tensor& x, int64_t size) {
  const Planes planes(x, y, size);
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "maximum_pool", [&] {
    auto* to = y.mutable_data_ptr<scalar_t>();
    auto* at = places.mutable_data_ptr<int32_t>();
    const auto* from = x.const_data_ptr<scalar_t>();
    planes.rows([&](int64_t i, int64_t j) {
      size == 2 ? maximum_row<2>(to + j, at + j, from + i, planes)
                : maximum_row<0>(to + j, at + j, from + i, planes);
    });
  });
}

void maximum_pool_backward(at::Tensor& x_gradient, const at::Tensor& y_gradient, const at::Tensor& places,
                           int64_t size) {
  const Planes planes(x_gradient, y_gradient, size);
  if (planes.leaves_some()) x_gradient.zero_();
  AT_DISPATCH_FLOATING_TYPES(x_gradient.scalar_type(), "maximum_pool_backward", [&] {
    auto* to = x_gradient.mutable_data_ptr<scalar_t>();
    const auto* from = y_gradient.const_data_ptr<scalar_t>();
    const auto* at = places.const_data_ptr<int32_t>();
    planes.rows([&](int64_t i, int64_t j) {
      size == 2 ? place_row<2>(to + i, from + j, at + j, planes)
                : place_row<0>(to + i, from + j, at + j, planes);
    });
  });
}

}  // namespace spinlab::training
