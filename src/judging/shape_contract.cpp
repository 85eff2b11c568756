#include "src/judging/shape_contract.h"

#include <c10/util/Exception.h>

#include <cctype>

namespace spinlab::judging {
namespace {

using Item = ShapeContract::Item;
using Size = ShapeContract::Size;

/// Recursive descent over the text.
class Parser {
 public:
  explicit Parser(const std::string& text) : text_(text) {}

  /// "items -> item", up to `end` (0: of the text).
  void signature(char end, std::vector<Item>& arguments, std::vector<Item>& results) {
    if (!next_is("->")) arguments = list();
    expect("->");
    results = {item()};
    if (end == 0)
      expect_that(at_ == text_.size(), "nothing more");
    else
      expect(std::string(1, end));
  }

 private:
  std::vector<Item> list() {
    std::vector<Item> items{item()};
    while (take(",")) items.push_back(item());
    return items;
  }

  Item item() {
    skip_spaces();
    const auto start = at_;
    auto made = bare_item();
    made.text = text_from(start);
    return made;
  }

  Item bare_item() {
    if (take("(")) return tensor();
    if (take("{")) return structure();
    if (take("[")) return sequence();
    if (take("<")) {
      Item made{Item::kFunction};
      signature('>', made.items, made.results);
      return made;
    }
    const auto name = word();
    return name == "_" ? Item{} : Item{Item::kName, name};
  }

  Item tensor() {
    Item made{Item::kTensor};
    if (!take(")")) {
      do made.sizes.push_back(size());
      while (take(","));
      expect(")");
    }
    if (take(":")) made.type = word();
    return made;
  }

  Item structure() {
    Item made{Item::kStruct};
    made.items = list();
    expect("}");
    return made;
  }

  Item sequence() {
    Item made{Item::kList};
    made.items = {item()};
    if (take(";")) made.sizes = {size()};
    expect("]");
    return made;
  }

  Size size() {
    skip_spaces();
    const auto start = at_;
    Size made;
    if (take("...")) {
      made.kind = Size::kFurther;
    } else if (take("*")) {
      made.kind = Size::kRest;
    } else {
      sum(made);
      if (made.terms.size() == 1 && made.terms[0].names == std::vector<std::string>{"_"}) made = {Size::kAny};
    }
    made.text = text_from(start);
    return made;
  }

  void sum(Size& made) {
    made.terms = {product(1)};
    if (take("<=")) {
      const auto& [factor, names] = made.terms[0];
      expect_that(factor == 1 && names.size() == 1, "a name before <=");
      made.at_most = names[0];
      made.terms = {product(1)};
    }
    for (;;) {
      if (take("+"))
        made.terms.push_back(product(1));
      else if (!next_is("->") && take("-"))
        made.terms.push_back(product(-1));
      else
        return;
    }
  }

  Size::Term product(std::int64_t sign) {
    Size::Term term{sign};
    do {
      skip_spaces();
      if (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])))
        term.factor *= number();
      else
        term.names.push_back(word());
    } while (take("*"));
    return term;
  }

  std::int64_t number() {
    const auto start = at_;
    while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_]))) ++at_;
    expect_that(at_ - start < 10, "a smaller number");
    return std::stoll(text_.substr(start, at_ - start));
  }

  std::string word() {
    skip_spaces();
    const auto start = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_'))
      ++at_;
    expect_that(at_ > start, "a name, _ or a bracket");
    return text_.substr(start, at_ - start);
  }

  std::string text_from(std::size_t start) const {
    const auto text = text_.substr(start, at_ - start);
    return text.substr(0, text.find_last_not_of(' ') + 1);
  }
  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool next_is(const std::string& what) {
    skip_spaces();
    return text_.compare(at_, what.size(), what) == 0;
  }
  bool take(const std::string& what) {
    if (!next_is(what)) return false;
    at_ += what.size();
    skip_spaces();
    return true;
  }
  void expect(const std::string& what) { expect_that(take(what), what); }
  void expect_that(bool holds, const std::string& wanted) const {
    TORCH_CHECK_VALUE(holds, '"', text_, "\" is no contract: expected ", wanted, " before \"",
                      text_.substr(at_), '"');
  }

  const std::string& text_;
  std::size_t at_ = 0;
};

}  // namespace

ShapeContract::ShapeContract(const std::string& text) {
  std::vector<Item> results;
  Parser(text).signature(0, arguments_, results);
  result_ = std::move(results.front());
}

}  // namespace spinlab::judging
