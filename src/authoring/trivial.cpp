#include "src/authoring/trivial.h"

#include <map>
#include <regex>

#include "src/authoring/trivial_answer.h"
#include "src/core/files.h"
#include "src/judging/listed_calls.h"

namespace spinlab::authoring {
namespace {

using Contract = judging::ShapeContract;

constexpr std::uintmax_t kMaxSourceBytes = 1 << 20;

TrivialKind constant(const std::string& name, const std::string& number) {
  const auto tensor = [number](const std::string& shape, const std::string&, const std::string&) {
    return "torch::full(" + shape + ", " + number + ", torch::kDouble)";
  };
  return {name, tensor, number};
}

TrivialKind always_throws() {
  auto kind = constant("always-throws", "0");
  kind.before = "throw std::invalid_argument(\"no\");";
  return kind;
}

TrivialKind first_argument() {
  const auto tensor = [](const std::string& shape, const std::string& first, const std::string&) {
    return "spinlab_trivial::like(" + first + ", " + shape + ")";
  };
  return {"first-argument", tensor, "0.5"};
}

/// A start, often: as if no step had been taken.
TrivialKind last_argument() {
  const auto tensor = [](const std::string& shape, const std::string&, const std::string& last) {
    return "spinlab_trivial::like(" + last + ", " + shape + ")";
  };
  return {"last-argument", tensor, "0.5"};
}

TrivialKind throws_after_one_answer() {
  auto kind = first_argument();
  kind.name = "throws-after-one-answer";
  kind.before =
      "static bool again = false; if (std::exchange(again, true)) throw std::invalid_argument(\"no\");";
  return kind;
}

TrivialKind identity() {
  const auto tensor = [](const std::string& shape, const std::string&, const std::string&) {
    return "spinlab_trivial::identity(" + shape + ")";
  };
  return {"identity", tensor, "1"};
}

/// The first number of a function's comment in the header that is neither 0 nor 1, which others try; 2 where
/// it has none.
std::string number_in_comment(const std::string& header, const std::string& function) {
  const auto declaration = header.find(" " + function + "(");
  if (declaration == std::string::npos) return "2";
  const auto end_before = header.rfind(";\n", declaration);
  const auto begin = end_before == std::string::npos ? 0 : end_before;
  static const std::regex number(R"(\b(\d+(\.\d+)?)\b)");
  const auto comment = header.substr(begin, declaration - begin);
  for (std::sregex_iterator found(comment.begin(), comment.end(), number), none; found != none; ++found)
    if (const auto text = found->str(); text != "0" && text != "1") return text;
  return "2";
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
       judging::contracts_in(read_file(assignment.folder / "calls.h", kMaxSourceBytes)))
    contracts.emplace(function, Contract(contract));
  return contracts;
}

/// `kind_of` says for each function how it answers.
std::string with_answers(std::string text, const std::map<std::string, Contract>& contracts,
                         const std::function<TrivialKind(const std::string& function)>& kind_of) {
  for (const auto& [function, contract] : contracts) {
    const auto stub = "throw spinlab::NotImplemented(\"" + function + "\");";
    const auto at = text.find(stub);
    const auto head = at == std::string::npos ? at : text.rfind(" " + function + "(", at);
    if (head == std::string::npos) continue;
    const auto parameters = within_brackets(text, head + function.size() + 1);
    text.replace(at, stub.size(), trivial_answer(contract, parameter_names(parameters), kind_of(function)));
  }
  return text;
}

}  // namespace

std::vector<Trivial> trivial_submissions(const judging::Assignment& assignment, const Master& master) {
  const auto contracts = contracts_of(assignment);
  const auto values = read_file(root() / "assignments/shared/trivial_values.h", kMaxSourceBytes);
  const auto stubs = master.stubbed();
  std::vector<Trivial> all;
  const auto add = [&](const std::string& name, const auto& kind_of) {
    const auto answered = with_answers(stubs, contracts, kind_of);
    if (answered != stubs) all.push_back({name, values + answered});
  };
  for (const auto& kind : {constant("zeros", "0"), constant("ones", "1"), constant("nan", "NAN"), identity(),
                           first_argument(), last_argument(), always_throws(), throws_after_one_answer()})
    add(kind.name, [&](const std::string&) { return kind; });
  const auto header = read_file(assignment.folder / assignment.header, kMaxSourceBytes);
  add("number-of-the-header",
      [&](const std::string& function) { return constant("", number_in_comment(header, function)); });
  return all;
}

}  // namespace spinlab::authoring
