#pragma once

// What an assignment's calls.h includes. It lists the student's functions that checks and experiment may
// call,
//
//     SPINLAB_CALL(regression, fit_ridge, "(n, d), (n), _ -> (d + 1)")
//
// with the shapes that the header promises (src/judging/shape_contract.h), once for both sides: in the worker a line makes the function answer to its name, in the checker it is the
// handle `fit_ridge` that sends the call there.
#ifdef SPINLAB_EXPORT  // the worker's side: cmake/Assignments.cmake writes a source that includes exports.h
                       // first
#define SPINLAB_CALL(space, function, contract) SPINLAB_EXPORT(space::function);
#else
#include "src/judging/checker/check.h"
#define SPINLAB_CALL(space, function, contract)                              \
  namespace {                                                                \
  [[maybe_unused]] const auto function = STUDENT(space::function, contract); \
  }
#endif
