#include "src/authoring/trivial_answer.h"

#include <map>

namespace spinlab::authoring {
namespace {

using Contract = judging::ShapeContract;
using Item = Contract::Item;
using Size = Contract::Size;

/// Writes what a function with this contract returns.
class Answer {
 public:
  Answer(const Contract& contract, const std::vector<std::string>& parameters, const TrivialKind& kind)
      : contract_(contract), kind_(kind) {
    for (std::size_t i = 0; i < contract.arguments().size() && i < parameters.size(); ++i)
      learn(contract.arguments()[i], parameters[i]);
  }

  std::string text() const { return kind_.before + " return " + made(contract_.result()) + ";"; }

 private:
  /// C++ for what a name of the contract stands for.
  void learn(const Item& item, const std::string& parameter) {
    if (item.kind == Item::kName) sizes_.emplace(item.name, "static_cast<std::int64_t>(" + parameter + ")");
    if (item.kind == Item::kStruct) learn_members(item, parameter);
    if (item.kind != Item::kTensor && item.kind != Item::kList) return;
    if (item.kind == Item::kTensor && first_.empty()) first_ = parameter;
    if (item.kind == Item::kTensor) last_ = parameter;
    for (std::size_t i = 0; i < item.sizes.size(); ++i)
      if (const auto name = lone_name(item.sizes[i]); !name.empty())
        sizes_.emplace(name, "spinlab_trivial::size(" + parameter + ", " + std::to_string(i) + ")");
    if (!item.sizes.empty() && item.sizes.back().kind == Size::kFurther) further_ = parameter;
  }

  void learn_members(const Item& item, const std::string& parameter) {
    std::string bindings;
    for (std::size_t i = 0; i < item.items.size(); ++i) bindings += (i > 0 ? ", m" : "m") + std::to_string(i);
    for (std::size_t i = 0; i < item.items.size(); ++i)
      if (item.items[i].kind == Item::kName)
        sizes_.emplace(item.items[i].name, "[&] { const auto& [" + bindings + "] = " + parameter +
                                               "; return static_cast<std::int64_t>(m" + std::to_string(i) +
                                               "); }()");
  }

  static std::string lone_name(const Size& size) {
    const bool lone = size.kind == Size::kNumber && size.at_most.empty() && size.terms.size() == 1 &&
                      size.terms[0].factor == 1 && size.terms[0].names.size() == 1;
    return lone ? size.terms[0].names[0] : "";
  }

  /// 1 where the contract leaves it open.
  std::string written(const Size& size) const {
    if (size.kind != Size::kNumber || !size.at_most.empty()) return "1";
    std::string sum = "0";
    for (const auto& [factor, names] : size.terms) {
      sum += " + " + std::to_string(factor);
      for (const auto& name : names) sum += " * " + (sizes_.contains(name) ? sizes_.at(name) : "1");
    }
    return "std::max<std::int64_t>(0, " + sum + ")";
  }

  std::string shape(const Item& item) const {
    if (!item.sizes.empty() && item.sizes.back().kind == Size::kFurther && !further_.empty())
      return further_ + ".sizes().vec()";
    std::string text;
    for (const auto& size : item.sizes) text += (text.empty() ? "" : ", ") + written(size);
    return "std::vector<std::int64_t>{" + text + "}";
  }

  static std::string or_none(const std::string& argument) {
    return argument.empty() ? "at::Tensor(torch::zeros({1}))" : argument;
  }

  std::string made(const Item& item) const {
    switch (item.kind) {
      case Item::kTensor:
        return "spinlab_trivial::Numbers{" + kind_.tensor(shape(item), or_none(first_), or_none(last_)) + "}";
      case Item::kStruct: {
        std::string members;
        for (const auto& member : item.items) members += (members.empty() ? "" : ", ") + made(member);
        return "spinlab_trivial::structure(" + members + ")";
      }
      case Item::kList:
        return "spinlab_trivial::list(" + (item.sizes.empty() ? "1" : written(item.sizes[0])) + ", " +
               made(item.items[0]) + ")";
      default:
        return "spinlab_trivial::Any{" + kind_.number + "}";
    }
  }

  const Contract& contract_;
  const TrivialKind& kind_;
  std::map<std::string, std::string> sizes_;
  std::string first_, last_, further_;
};

}  // namespace

std::string trivial_answer(const judging::ShapeContract& contract,
                           const std::vector<std::string>& parameter_names, const TrivialKind& kind) {
  return Answer(contract, parameter_names, kind).text();
}

}  // namespace spinlab::authoring
