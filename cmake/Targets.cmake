# Three kinds of target: a folder's library, a folder's test binary, a program.

add_library(spinlab_options INTERFACE)
target_include_directories(spinlab_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(spinlab_options INTERFACE -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -fPIC)
target_link_libraries(spinlab_options INTERFACE LibTorch::c10 nlohmann_json::nlohmann_json)

# A precompiled header that several targets share. base: errors and JSON; tensor: base, tensors and GoogleTest (which
# costs who does not use it nothing, and a header of its own 15 s); nn: what every module needs as well (all of LibTorch's
# layers and optimizers would cost seconds in each file, for virtual members that are instantiated again). Naming the
# smallest that serves keeps a file's compile time near a second.
function(spinlab_prelude name)
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/prelude/${name}.cpp CONTENT "")
  add_library(spinlab_prelude_${name} OBJECT EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/prelude/${name}.cpp)
  target_link_libraries(spinlab_prelude_${name} PRIVATE spinlab_options)
  target_precompile_headers(spinlab_prelude_${name} PRIVATE ${ARGN})
endfunction()

set(base_headers <c10/util/Exception.h> ${CMAKE_SOURCE_DIR}/src/core/json_uses.h <filesystem> <functional> <string> <vector>)
set(tensor_headers <torch/types.h> ${base_headers})
spinlab_prelude(base ${base_headers})
spinlab_prelude(tensor ${tensor_headers} <gmock/gmock.h> <gtest/gtest.h>)
target_link_libraries(spinlab_prelude_tensor PRIVATE GTest::gmock)
spinlab_prelude(nn ${tensor_headers} <torch/nn/cloneable.h> <torch/nn/modules/linear.h> <torch/nn/pimpl.h>)

# Checks, tests and commands compute little themselves: half of what they cost the compiler was optimisation. Clang reads the
# same precompiled header at each level.
function(spinlab_optimise_little target)
  target_compile_options(${target} PRIVATE $<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:Clang>>:-O1>)
endfunction()

function(spinlab_use_prelude target name)
  target_precompile_headers(${target} REUSE_FROM spinlab_prelude_${name})
  if(name STREQUAL tensor)
    target_include_directories(${target} SYSTEM PRIVATE $<TARGET_PROPERTY:GTest::gmock,INTERFACE_INCLUDE_DIRECTORIES>)
  elseif(name STREQUAL base)
    spinlab_optimise_little(${target})
  endif()
endfunction()

# spinlab_library(NAME [PRELUDE p] SOURCES ... [DEPENDS ...]): target spinlab_NAME.
function(spinlab_library name)
  cmake_parse_arguments(ARG "" "PRELUDE" "SOURCES;DEPENDS" ${ARGN})
  add_library(spinlab_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(spinlab_${name} PUBLIC spinlab_options ${ARG_DEPENDS})
  if(ARG_PRELUDE)
    spinlab_use_prelude(spinlab_${name} ${ARG_PRELUDE})
  endif()
endfunction()

# What runs inside the sandbox is never instrumented: its limits leave no room for a sanitizer's shadow memory.
function(spinlab_never_sanitized)
  if(NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
    return()
  endif()
  foreach(target ${ARGN})
    target_compile_options(${target} PRIVATE -fno-sanitize=all)
    target_link_options(${target} PRIVATE -fno-sanitize=all)
    set_target_properties(${target} PROPERTIES DISABLE_PRECOMPILE_HEADERS ON)
  endforeach()
endfunction()

# A student edition (spinlab handout --all) lacks tests that answer its assignments or need their masters; there, and
# there alone, what is missing of a list is left out.
function(spinlab_leave_out_missing list)
  if(NOT EXISTS ${CMAKE_SOURCE_DIR}/student-edition.json)
    return()
  endif()
  foreach(item ${${list}})
    get_filename_component(path ${item} ABSOLUTE)
    if(NOT EXISTS ${path})
      list(REMOVE_ITEM ${list} ${item})
    endif()
  endforeach()
  set(${list} ${${list}} PARENT_SCOPE)
endfunction()

# What ctest needs beyond `all`, so that a first demo does not wait for the tests to be compiled.
add_custom_target(tests)

# spinlab_test(FOLDER SOURCES ... [DEPENDS ...] [LABEL l] [SHARDS n]): one binary a folder, built by target tests; its suites
# are ctest's entries (cmake/TestSuites.cmake).
function(spinlab_test folder)
  cmake_parse_arguments(ARG "" "LABEL;SHARDS" "SOURCES;DEPENDS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  spinlab_leave_out_missing(ARG_SOURCES)
  set(target ${folder}_tests)
  add_executable(${target} EXCLUDE_FROM_ALL ${ARG_SOURCES})
  add_dependencies(tests ${target})
  target_link_libraries(${target} PRIVATE ${ARG_DEPENDS} spinlab_test_support)
  spinlab_use_prelude(${target} tensor)
  spinlab_optimise_little(${target})
  # More than half of what tests cost the compiler were GoogleTest's and the library's templates, anew in each file. All files
  # at once (0): so names that clash do so here, and not first in a student edition, which lacks some of the files.
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
  spinlab_test_suites(${target} ${folder} LABEL ${ARG_LABEL} SHARDS ${ARG_SHARDS})
endfunction()
include(TestSuites)
