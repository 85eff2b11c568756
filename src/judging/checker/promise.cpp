#include "src/judging/checker/promise.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <optional>
#include <set>

namespace spinlab::judging {
namespace {

using Json = nlohmann::json;
using Item = ShapeContract::Item;
using Size = ShapeContract::Size;

bool is_tensor(const Json& head) {
  return head.is_object() && head.contains("shape") && head["shape"].is_array();
}

bool is_floating(const std::string& type) {
  static const std::set<std::string> floating{"float16", "bfloat16",  "float32",
                                              "float64", "complex64", "complex128"};
  return floating.count(type) > 0;
}

void collect_types(const Json& head, std::set<std::string>& floating, std::set<std::string>& others) {
  if (is_tensor(head) && head["dtype"].is_string()) {
    const auto type = head["dtype"].get<std::string>();
    (is_floating(type) ? floating : others).insert(type);
  } else if (head.is_array()) {
    for (const auto& part : head) collect_types(part, floating, others);
  }
}

/// Several types promise none.
std::string common_type(const Json& arguments) {
  std::set<std::string> floating, others;
  collect_types(arguments, floating, others);
  const auto& types = floating.empty() ? others : floating;
  if (types.empty()) return "float64";
  return types.size() == 1 ? *types.begin() : "any";
}

std::string shape_text(const Json& shape) {
  std::string text;
  for (const auto& size : shape) text += (text.empty() ? "" : ", ") + size.dump();
  return "(" + text + ")";
}

/// Holds heads of messages against items. Names that have no number yet get the one that they are found with.
class Matcher {
 public:
  Matcher(Promise::Known& known, std::string type) : known_(known), type_(std::move(type)) {}

  bool fits(const Item& item, const Json& head) {
    switch (item.kind) {
      case Item::kTensor:
        return fits_tensor(item, head);
      case Item::kStruct:
        return !head.is_array() || head.size() != item.items.size() || members_fit(item.items, head);
      case Item::kList:
        return !head.is_array() || (length_fits(item, head) && parts_fit(item.items[0], head));
      default:
        return true;
    }
  }

  /// What was found where the last head did not fit.
  const std::string& found() const { return found_; }

 private:
  bool no(std::string found) {
    found_ = std::move(found);
    return false;
  }

  bool members_fit(const std::vector<Item>& items, const Json& head) {
    for (std::size_t i = 0; i < items.size(); ++i)
      if (!fits(items[i], head[i])) return false;
    return true;
  }

  bool parts_fit(const Item& item, const Json& head) {
    return std::all_of(head.begin(), head.end(), [&](const Json& part) { return fits(item, part); });
  }

  bool length_fits(const Item& item, const Json& head) {
    if (item.sizes.empty() || fits(item.sizes[0], static_cast<std::int64_t>(head.size()))) return true;
    return no("a list of " + std::to_string(head.size()));
  }

  bool fits_tensor(const Item& item, const Json& head) {
    if (head.is_null()) return no("an undefined tensor");
    if (!is_tensor(head)) return true;
    if (!shape_fits(item.sizes, head["shape"])) return no("shape " + shape_text(head["shape"]));
    const auto& type = item.type.empty() ? type_ : item.type;
    if (type == "any" || head["dtype"] == type) return true;
    return no("type " + (head["dtype"].is_string() ? head["dtype"].get<std::string>() : "unknown") +
              " instead of " + type);
  }

  bool shape_fits(const std::vector<Size>& sizes, const Json& shape) {
    if (!std::all_of(shape.begin(), shape.end(), [](const Json& size) { return size.is_number_integer(); })) return false;
    const auto found = shape.get<std::vector<std::int64_t>>();
    const auto last = sizes.empty() ? Size::kNumber : sizes.back().kind;
    const bool open = last == Size::kRest || last == Size::kFurther;
    const auto named = sizes.size() - (open ? 1 : 0);
    if (open ? found.size() < named : found.size() != named) return false;
    for (std::size_t i = 0; i < named; ++i)
      if (!fits(sizes[i], found[i])) return false;
    return last != Size::kFurther || further_fit({found.begin() + static_cast<std::ptrdiff_t>(named), found.end()});
  }

  bool further_fit(const std::vector<std::int64_t>& sizes) {
    if (!known_.further) known_.further = sizes;
    return *known_.further == sizes;
  }

  bool fits(const Size& size, std::int64_t found) {
    if (size.kind == Size::kAny) return true;
    const auto wanted = value(size);
    if (!size.at_most.empty())
      return known_.numbers.emplace(size.at_most, found).first->second == found && (!wanted || found <= *wanted);
    if (wanted) return found == *wanted;
    const auto& term = size.terms[0];
    if (size.terms.size() == 1 && term.names.size() == 1 && term.factor == 1) known_.numbers[term.names[0]] = found;
    return true;
  }

  /// Nothing where a name has no number yet.
  std::optional<std::int64_t> value(const Size& size) const {
    std::int64_t sum = 0;
    for (const auto& term : size.terms) {
      auto product = term.factor;
      for (const auto& name : term.names) {
        const auto known = known_.numbers.find(name);
        if (known == known_.numbers.end()) return std::nullopt;
        product *= known->second;
      }
      sum += product;
    }
    return sum;
  }

  Promise::Known& known_;
  const std::string type_;
  std::string found_;
};

}  // namespace

Promise::Promise(const ShapeContract& contract, const Json& arguments)
    : contract_(contract), type_(common_type(arguments)) {
  const auto& items = contract.arguments();
  TORCH_CHECK_VALUE(items.size() == arguments.size(), "calls.h: a contract of ", items.size(),
                    " arguments for a function of ", arguments.size());
  for (std::size_t i = 0; i < items.size(); ++i) bind(items[i], arguments[i]);
  Matcher matcher(known_, "any");
  for (std::size_t i = 0; i < items.size(); ++i)
    kept_by_arguments_ = matcher.fits(items[i], arguments[i]) && kept_by_arguments_;
}

/// Integers and functions first: a size may have the name of a later argument.
void Promise::bind(const Item& item, const Json& head) {
  if (item.kind == Item::kName && head.is_number_integer()) known_.numbers[item.name] = head.get<std::int64_t>();
  if (item.kind == Item::kFunction && head.is_number_unsigned()) functions_[head.get<std::size_t>()] = &item;
  if (item.kind == Item::kStruct && head.is_array() && head.size() == item.items.size())
    for (std::size_t i = 0; i < head.size(); ++i) bind(item.items[i], head[i]);
}

std::string Promise::with_numbers(const std::string& found, const std::string& promised) const {
  std::string numbers;
  const auto add = [&](const std::string& name, const std::string& is) {
    numbers += (numbers.empty() ? " with " : ", ") + name + " = " + is;
  };
  for (const auto& [name, number] : known_.numbers) add(name, std::to_string(number));
  if (known_.further) add("...", shape_text(*known_.further));
  return found + ", where " + promised + " is promised" + numbers;
}

std::string Promise::broken_by(const Json& result) const {
  if (!kept_by_arguments_ || !result.is_array() || result.size() != 1) return "";
  auto known = known_;
  Matcher matcher(known, type_);
  if (matcher.fits(contract_.result(), result[0])) return "";
  return with_numbers(matcher.found(), contract_.result().text);
}

std::string Promise::refuses(std::size_t function, const Json& arguments) const {
  const auto called = functions_.find(function);
  if (!kept_by_arguments_ || called == functions_.end() || !arguments.is_array()) return "";
  const auto& items = called->second->items;
  if (items.size() != arguments.size()) return "";
  auto known = known_;
  Matcher matcher(known, type_);
  for (std::size_t i = 0; i < items.size(); ++i)
    if (!matcher.fits(items[i], arguments[i])) return with_numbers(matcher.found(), items[i].text);
  return "";
}

}  // namespace spinlab::judging
