#pragma once

#include <string>
#include <vector>

#include "src/authoring/master.h"

namespace spinlab::authoring {

/// A submission that solves nothing, and so must earn nothing: its functions return zeros, ones, NaN, the
/// identity, their first or last argument or a number of their comment in the header, in the shape that
/// calls.h promises, or throw, always or after one answer.
struct Trivial {
  std::string name;
  std::string source;
};

/// Made from the stubs and calls.h; none where the stubs throw nothing. Throws c10::ValueError where calls.h
/// is ill-formed.
std::vector<Trivial> trivial_submissions(const judging::Assignment& assignment, const Master& master);

}  // namespace spinlab::authoring
