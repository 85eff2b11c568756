#pragma once

#include <torch/types.h>

#include <cmath>
#include <cstdint>
#include <functional>

#include "datasets/files/data_folders.h"
#include "datasets/sets/temperatures.h"

/// Melbourne's minimum of each day, 1981 to 1990, cut by year.
namespace kernels::melbourne {

using torch::Tensor;

/// A day and the temperature of the day before it, both in the file.
struct Pairs {
  Tensor days, yesterdays, temperatures;

  Pairs every_second(int64_t first) const {
    return {days.slice(0, first, days.size(0), 2), yesterdays.slice(0, first, days.size(0), 2),
            temperatures.slice(0, first, days.size(0), 2)};
  }
};

struct Melbourne {
  Tensor days, temperatures;  // the training part: of read() the 2,920 days of 1981 to 1988
  Pairs test;                 // the others: of read() the 729 pairs within 1989 and 1990
};

/// The two years are the test part, all others the training part.
inline Melbourne read_without(int64_t one_year, int64_t another) {
  using namespace spinlab::datasets;
  const auto all = melbourne_temperatures(DataFolders());
  const auto years = years_of(all.days), left_out = years.eq(one_year).logical_or(years.eq(another));
  const auto days = all.days.masked_select(left_out), values = all.values.masked_select(left_out);
  const auto next = (days.slice(0, 1) - days.slice(0, 0, -1)).eq(1).nonzero().view(-1) + 1;
  return {all.days.masked_select(~left_out),
          all.values.masked_select(~left_out),
          {days.index_select(0, next), values.index_select(0, next - 1), values.index_select(0, next)}};
}

inline Melbourne read() { return read_without(1989, 1990); }

using Forecast = std::function<Tensor(const Tensor&, const Tensor&, const Tensor&, const Tensor&)>;

/// Root mean square error of a forecast, of a place that is warmer (in the first call; in the second colder)
/// by `warmer` degrees and `cycles` times four years later. Every second day is asked for in a call of its
/// own: else the temperature of a day would stand among the yesterdays.
inline double error_of(const Forecast& forecast, const Melbourne& data, double warmer, int64_t cycles) {
  double sum = 0;
  const auto later = 1461 * cycles;
  for (const int64_t first : {0, 1}) {
    const auto part = data.test.every_second(first);
    const auto by = first == 0 ? warmer : -warmer;
    const auto said =
        forecast(data.days + later, data.temperatures + by, part.days + later, part.yesterdays + by);
    sum += (said - part.temperatures - by).square().sum().item<double>();
  }
  return std::sqrt(sum / static_cast<double>(data.test.days.size(0)));
}

}  // namespace kernels::melbourne
