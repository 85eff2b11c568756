#pragma once

#include <map>
#include <set>
#include <string>

#include "src/judging/compile/shared_library.h"
#include "src/judging/compile/symbol_sets.h"

namespace spinlab::judging {

/// For each operator of LibTorch's (its dispatcher's name without "aten::", all overloads together): what in
/// LibTorch's own code calls it, through whatever functions but no further operator. A caller is another
/// operator, if one of its kernels on the processor does, or an exported function of namespaces at or torch,
/// mangled. Read from the machine code of the library that has the operators; `overloads` are the names of
/// the classes in at::_ops ("softmax_int") and of their operators. Calls by a pointer (virtual functions,
/// derivatives) are not seen.
SymbolSets operator_callers(const SharedLibrary& library,
                            const std::map<std::string, std::string>& overloads);

/// What computes one of `operators`: these, and what calls them through any number of others, but for
/// `allowed` and what calls no other than these.
std::set<std::string> with_callers(std::set<std::string> operators, const SymbolSets& callers,
                                   const std::set<std::string>& allowed = {});

}  // namespace spinlab::judging
