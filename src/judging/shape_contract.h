#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace spinlab::judging {

/// What a header promises of the shapes and types of a function's tensors, as calls.h writes it:
///
///     (n, d), (n), _ -> (d + 1)                             tensors, and what is none
///     <(d) -> (d)>, (d), {_, _}, steps -> (steps + 1, d)    a function, a struct, an integer with a name
///     [{(_, _), (_)}; layers], (n, *) -> [(n, _); layers]   a list and its length; any further sizes
///     (...), (n):int64 -> {(...), (k <= n, 2):any}          the same further sizes; types; an upper bound
///
/// A name stands for the same number wherever it is. A tensor whose type is not written has that of the
/// floating-point tensors among the arguments (of the others where there are none, float64 without any);
/// `any` leaves it free.
class ShapeContract {
 public:
  /// Throws c10::ValueError where `text` is none.
  explicit ShapeContract(const std::string& text);

  struct Size {
    /// kRest, kFurther: any more sizes, and the same more sizes everywhere; last of their tensor.
    enum Kind { kAny, kRest, kFurther, kNumber } kind = kNumber;
    struct Term {
      std::int64_t factor = 1;
      std::vector<std::string> names = {};  // multiplied
    };
    std::vector<Term> terms = {};  // added
    std::string at_most = {};      // the name of a size that `terms` bound
    std::string text = {};
  };
  struct Item {
    enum Kind { kAny, kName, kTensor, kStruct, kList, kFunction } kind = kAny;
    std::string name = {};           // kName
    std::string type = {};           // kTensor: as messages name it, "any", or empty
    std::vector<Size> sizes = {};    // kTensor; kList: how long it is, or none
    std::vector<Item> items = {};    // kStruct: members; kList: one; kFunction: its arguments
    std::vector<Item> results = {};  // kFunction: one
    std::string text = {};
  };

  const std::vector<Item>& arguments() const { return arguments_; }
  const Item& result() const { return result_; }

 private:
  std::vector<Item> arguments_;
  Item result_;
};

}  // namespace spinlab::judging
