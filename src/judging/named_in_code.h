#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace spinlab::judging {

/// C++ with blanks for comments: the same lines.
std::string without_comments(std::string source);

/// With blanks for literals and #include as well.
std::string code_alone(std::string source);

/// The first line of such code in which `name` is spelled as a whole, "linalg_solve" or "torch::optim"; where
/// `called`, as a function is: with a parenthesis behind it or a "::" before it.
std::optional<std::size_t> line_of_name(const std::string& code, const std::string& name,
                                        bool called = false);

}  // namespace spinlab::judging
