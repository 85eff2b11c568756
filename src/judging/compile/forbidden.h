#pragma once

#include <set>
#include <string>
#include <vector>

namespace spinlab::judging {

/// What an undefined symbol of a student's object (and what these reach, compile/reachable_symbols.h) uses of
/// `forbidden`: LibTorch's operators (dispatcher names without "aten::", say "linalg_lstsq"), in any
/// overload, in place or not, with whatever of LibTorch's own code computes them
/// (compile/operator_callers.h): other operators by their names, layers and functions by theirs. And, always,
/// what reaches operators past their names: the dispatcher, TorchScript, kernels, the dynamic loader, LAPACK
/// and whatever else LibTorch's libraries define that is no part of its tensor API. An entry with
/// "::" is a namespace or class ("torch::optim"), forbidden with all that is in it;
/// "-linalg_cond" allows an operator although it calls a forbidden one. Throws c10::ValueError where LibTorch
/// has no such operator.
std::vector<std::string> forbidden_uses(const std::set<std::string>& undefined,
                                        const std::vector<std::string>& forbidden);

/// Whether a symbol could ever be among those: an operator, what calls one, or a way past their names.
bool is_watched(const std::string& symbol);

}  // namespace spinlab::judging
