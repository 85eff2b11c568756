# What an assignment builds: the checker (trusted), the exports that a student's object is linked with, an experiment;
# and once for all: the precompiled preludes and the description of the toolchain that submissions are compiled with.

# Any clang from 14, the newest first: its precompiled headers save seconds at every check. Else the project's compiler.
find_program(SPINLAB_STUDENT_CXX NAMES clang++-19 clang++-18 clang++-17 clang++-16 clang++-15 clang++-14 clang++
             DOC "Compiles submissions")
if(NOT SPINLAB_STUDENT_CXX)
  set(SPINLAB_STUDENT_CXX ${CMAKE_CXX_COMPILER} CACHE FILEPATH "Compiles submissions" FORCE)
endif()
set(grading_folder ${CMAKE_BINARY_DIR}/grading)

get_target_property(student_flags LibTorch::LibTorch INTERFACE_COMPILE_DEFINITIONS)
list(TRANSFORM student_flags PREPEND -D)
list(APPEND student_flags -std=c++20 -O1 -fPIC -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare)
foreach(folder ${LibTorch_INCLUDE_DIRS})
  list(APPEND student_flags -isystem ${folder})
endforeach()
set(student_prelude_flags ${student_flags} -I${CMAKE_SOURCE_DIR})
set(student_prelude_output .gch)
if(SPINLAB_STUDENT_CXX MATCHES clang)
  list(APPEND student_prelude_flags -fpch-instantiate-templates)
  set(student_prelude_output .pch)
endif()

# The one header of ours that submissions see.
set(student_own_header ${CMAKE_SOURCE_DIR}/src/grading/check/not_implemented.h)

# spinlab_student_prelude(NAME HEADERS…): build/grading/prelude/NAME.h and its precompiled form beside it, which the
# compiler takes by itself for -include.
function(spinlab_student_prelude name)
  set(header ${grading_folder}/prelude/${name}.h)
  list(TRANSFORM ARGN REPLACE "(.+)" "#include \\1\n" OUTPUT_VARIABLE lines)
  list(JOIN lines "" content)
  file(CONFIGURE OUTPUT ${header} CONTENT "#pragma once\n${content}" @ONLY)
  add_custom_command(OUTPUT ${header}${student_prelude_output}
    COMMAND ${SPINLAB_STUDENT_CXX} ${student_prelude_flags} -x c++-header ${header} -o ${header}${student_prelude_output}
    DEPENDS ${header} ${student_own_header}
    COMMENT "Precompiling the ${name} prelude of submissions" VERBATIM)
  add_custom_target(spinlab_student_prelude_${name} DEPENDS ${header}${student_prelude_output})
endfunction()

set(student_headers "\"src/grading/check/not_implemented.h\"" <torch/types.h> <algorithm> <array> <cmath> <cstdint>
    <functional> <limits> <map> <numeric> <optional> <random> <stdexcept> <string> <tuple> <utility> <vector>)
spinlab_student_prelude(tensor ${student_headers})
spinlab_student_prelude(nn ${student_headers} <torch/nn/module.h> <torch/nn/modules/linear.h>
  <torch/nn/modules/activation.h> <torch/nn/init.h> <torch/nn/functional/activation.h> <torch/nn/functional/loss.h>
  <torch/optim/sgd.h> <torch/optim/adam.h>)

# What runs a submission reads (src/grading/compile/toolchain.h).
function(spinlab_json_list output)
  list(TRANSFORM ARGN REPLACE "(.+)" "\"\\1\"" OUTPUT_VARIABLE quoted)
  list(JOIN quoted ", " text)
  set(${output} "[${text}]" PARENT_SCOPE)
endfunction()

set(student_link_flags -shared -Wl,-z,defs -Wl,-u,spinlab_serve -Wl,--strip-debug)
if(LLD AND SPINLAB_STUDENT_CXX MATCHES clang)
  list(APPEND student_link_flags --ld-path=${LLD})
endif()
set(student_torch_libraries ${LibTorch_ROOT_DIR}/lib/libtorch_cpu.so ${LibTorch_ROOT_DIR}/lib/libc10.so)

# After the libraries exist: called at the end of src/grading/CMakeLists.txt.
function(spinlab_write_toolchain)
  spinlab_json_list(flags ${student_flags})
  spinlab_json_list(readable ${LibTorch_INCLUDE_DIRS} ${grading_folder}/prelude ${student_own_header})
  spinlab_json_list(link_flags ${student_link_flags})
  spinlab_json_list(libraries $<TARGET_FILE:spinlab_serve> $<TARGET_FILE:spinlab_channel>
                    ${student_torch_libraries})
  file(GENERATE OUTPUT ${grading_folder}/toolchain.json CONTENT "{
  \"compiler\": \"${SPINLAB_STUDENT_CXX}\",
  \"flags\": ${flags},
  \"readable\": ${readable},
  \"link_flags\": ${link_flags},
  \"libraries\": ${libraries}
}
")
endfunction()

# spinlab_assignment(NN-topic [DEPENDS …]): called in the assignment's own folder; DEPENDS are the checks' libraries.
function(spinlab_assignment name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS assignment.json)
  file(READ ${CMAKE_CURRENT_SOURCE_DIR}/assignment.json description)
  string(JSON prelude GET "${description}" prelude)
  set(checks checks.cpp)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/hidden_checks.cpp)  # a student's tree has none
    list(APPEND checks hidden_checks.cpp)
  endif()
  add_executable(${name}-checker ${checks})
  target_link_libraries(${name}-checker PRIVATE spinlab_check ${ARG_DEPENDS})
  target_precompile_headers(${name}-checker REUSE_FROM spinlab_prelude_test)

  add_library(${name}-exports STATIC exports.cpp)
  target_link_libraries(${name}-exports PRIVATE spinlab_options)
  target_precompile_headers(${name}-exports REUSE_FROM spinlab_prelude_tensor)
  set_target_properties(${name}-exports PROPERTIES OUTPUT_NAME exports ARCHIVE_OUTPUT_DIRECTORY
                        ${grading_folder}/${name})
  add_dependencies(${name}-checker ${name}-exports spinlab_serve spinlab-worker spinlab-confine
                   spinlab_student_prelude_${prelude})

  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/experiment.cpp)
    add_executable(${name}-experiment experiment.cpp)
    target_link_libraries(${name}-experiment PRIVATE spinlab_experiment ${ARG_DEPENDS})
    target_precompile_headers(${name}-experiment REUSE_FROM spinlab_prelude_test)
  endif()
endfunction()
