#include "src/authoring/trivial.h"

#include <algorithm>
#include <map>
#include <utility>

#include "src/core/files.h"
#include "src/judging/shape_contract.h"

namespace spinlab::authoring {
namespace {

using Contract = judging::ShapeContract;
using Item = Contract::Item;
using Size = Contract::Size;

/// What the answers are made of: values that become whatever type a function returns.
constexpr auto kValues = R"(
#include <tuple>
#include <type_traits>
#include <vector>
namespace spinlab_trivial {
struct Any {
  double value = 0;
  template <typename T>
  operator T() const {
    if constexpr (std::is_arithmetic_v<T>) return static_cast<T>(value);
    else return T();
  }
};
template <typename... Members>
struct Struct {
  std::tuple<Members...> members;
  template <typename T>
  operator T() const { return std::apply([](const auto&... member) { return T{member...}; }, members); }
};
template <typename... Members>
Struct<Members...> structure(Members... members) { return {{members...}}; }
template <typename Element>
struct List {
  std::int64_t length;
  Element element;
  template <typename T>
  operator T() const {
    if constexpr (std::is_same_v<T, at::Tensor>) return at::Tensor();
    else if constexpr (requires(T list) { list.resize(1); }) {
      T list;
      for (std::int64_t i = 0; i < std::min<std::int64_t>(length, 1000); ++i)
        list.push_back(static_cast<typename T::value_type>(element));
      return list;
    } else {
      return T(static_cast<typename T::value_type>(element));
    }
  }
};
template <typename Element>
List<Element> list(std::int64_t length, Element element) { return {length, element}; }
struct Numbers {
  at::Tensor tensor;
  operator at::Tensor() const { return tensor; }
  template <typename T>
  operator std::vector<T>() const { return std::vector<T>(tensor.numel(), tensor.numel() ? tensor.flatten()[0].item<T>() : T()); }
};
inline std::int64_t size(const at::Tensor& x, std::size_t i) { return i < static_cast<std::size_t>(x.dim()) ? x.size(i) : 1; }
template <typename T>
std::int64_t size(const std::vector<T>& x, std::size_t) { return x.size(); }
inline at::Tensor like(const at::Tensor& first, at::IntArrayRef shape) {
  try {
    return first.expand(shape).clone();
  } catch (const c10::Error&) {
    return torch::zeros(shape, torch::kDouble);
  }
}
template <typename T>
at::Tensor like(const std::vector<T>&, at::IntArrayRef shape) { return torch::zeros(shape, torch::kDouble); }
inline at::Tensor identity(at::IntArrayRef shape) {
  return shape.size() == 2 ? torch::eye(shape[0], shape[1], torch::kDouble) : torch::ones(shape, torch::kDouble);
}
}  // namespace spinlab_trivial
)";

/// How a kind of submission makes a tensor of a shape, a number, and what it does before.
struct Kind {
  const char* name;
  const char* tensor;  // @shape@ and @first@, the first tensor among the arguments
  const char* number;
  const char* before = "";
};

constexpr Kind kKinds[] = {
    {"zeros", "torch::zeros(@shape@, torch::kDouble)", "0"},
    {"ones", "torch::ones(@shape@, torch::kDouble)", "1"},
    {"nan", "torch::full(@shape@, NAN, torch::kDouble)", "NAN"},
    {"identity", "spinlab_trivial::identity(@shape@)", "1"},
    {"first-argument", "spinlab_trivial::like(@first@, @shape@)", "0.5"},
    {"always-throws", "torch::zeros(@shape@, torch::kDouble)", "0", "throw std::invalid_argument(\"no\");"},
    {"throws-after-one-answer", "spinlab_trivial::like(@first@, @shape@)", "0",
     "static bool again = false; if (std::exchange(again, true)) throw std::invalid_argument(\"no\");"},
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// The names of a function's parameters, from the text between its brackets.
std::vector<std::string> parameter_names(const std::string& parameters) {
  std::vector<std::string> names(1);
  int depth = 0;
  for (const char c : parameters) {
    depth += (c == '<' || c == '(') - (c == '>' || c == ')');
    const bool is_word = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    if (c == ',' && depth == 0)
      names.emplace_back();
    else if (is_word)
      names.back() += c;
    else if (c != '\n' && (c != ' ' || !names.back().empty()))
      names.back().clear();
  }
  return names;
}

/// Writes what a function with this contract returns.
class Answer {
 public:
  Answer(const Contract& contract, std::vector<std::string> parameters, const Kind& kind)
      : contract_(contract), parameters_(std::move(parameters)), kind_(kind) {
    for (std::size_t i = 0; i < contract.arguments().size() && i < parameters_.size(); ++i)
      learn(contract.arguments()[i], parameters_[i]);
  }

  std::string text() const { return std::string(kind_.before) + " return " + made(contract_.result()) + ";"; }

 private:
  /// C++ for what a name of the contract stands for.
  void learn(const Item& item, const std::string& parameter) {
    if (item.kind == Item::kName) sizes_.emplace(item.name, "static_cast<std::int64_t>(" + parameter + ")");
    if (item.kind == Item::kStruct) learn_members(item, parameter);
    if (item.kind != Item::kTensor && item.kind != Item::kList) return;
    if (item.kind == Item::kTensor && first_.empty()) first_ = parameter;
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

  std::string made(const Item& item) const {
    switch (item.kind) {
      case Item::kTensor:
        return "spinlab_trivial::Numbers{" +
               replaced(replaced(kind_.tensor, "@shape@", shape(item)), "@first@",
                        first_.empty() ? "at::Tensor(torch::zeros({1}))" : first_) +
               "}";
      case Item::kStruct: {
        std::string members;
        for (const auto& member : item.items) members += (members.empty() ? "" : ", ") + made(member);
        return "spinlab_trivial::structure(" + members + ")";
      }
      case Item::kList:
        return "spinlab_trivial::list(" + (item.sizes.empty() ? "1" : written(item.sizes[0])) + ", " +
               made(item.items[0]) + ")";
      default:
        return "spinlab_trivial::Any{" + std::string(kind_.number) + "}";
    }
  }

  const Contract& contract_;
  const std::vector<std::string> parameters_;
  const Kind& kind_;
  std::map<std::string, std::string> sizes_;
  std::string first_, further_;
};

/// The text between the brackets that open at `open`.
std::string within_brackets(const std::string& text, std::size_t open) {
  int depth = 0;
  for (auto at = open; at < text.size(); ++at) {
    depth += (text[at] == '(') - (text[at] == ')');
    if (depth == 0) return text.substr(open + 1, at - open - 1);
  }
  return "";
}

std::map<std::string, Contract> contracts_of(const judging::Assignment& assignment) {
  std::map<std::string, Contract> contracts;
  for (const auto& [function, contract] :
       judging::contracts_in(read_file(assignment.folder / "calls.h", 1 << 20)))
    contracts.emplace(function, Contract(contract));
  return contracts;
}

std::string with_answers(std::string text, const std::map<std::string, Contract>& contracts,
                         const Kind& kind) {
  for (const auto& [function, contract] : contracts) {
    const auto stub = "throw spinlab::NotImplemented(\"" + function + "\");";
    const auto at = text.find(stub);
    const auto head = at == std::string::npos ? at : text.rfind(" " + function + "(", at);
    if (head == std::string::npos) continue;
    const auto parameters = within_brackets(text, head + function.size() + 1);
    text.replace(at, stub.size(), Answer(contract, parameter_names(parameters), kind).text());
  }
  return text;
}

}  // namespace

std::vector<Trivial> trivial_submissions(const judging::Assignment& assignment, const Master& master) {
  const auto contracts = contracts_of(assignment);
  const auto stubs = master.stubbed();
  std::vector<Trivial> all;
  for (const auto& kind : kKinds) {
    const auto answered = with_answers(stubs, contracts, kind);
    if (answered != stubs) all.push_back({kind.name, kValues + answered});
  }
  return all;
}

}  // namespace spinlab::authoring
