# What an assignment builds: the checker (trusted), the exports that a student's object is linked with, an experiment;
# and once for all: the precompiled preludes and the description of the toolchain that submissions are compiled with.

include(AssignmentFolder)

# Any clang from 14, the newest first: its precompiled headers save seconds at every check. Else the project's compiler.
find_program(SPINLAB_STUDENT_CXX NAMES clang++-19 clang++-18 clang++-17 clang++-16 clang++-15 clang++-14 clang++
             DOC "Compiles submissions")
if(NOT SPINLAB_STUDENT_CXX)
  set(SPINLAB_STUDENT_CXX ${CMAKE_CXX_COMPILER} CACHE FILEPATH "Compiles submissions" FORCE)
endif()
set(grading_folder ${CMAKE_BINARY_DIR}/grading)

get_target_property(student_flags LibTorch::c10 INTERFACE_COMPILE_DEFINITIONS)
list(TRANSFORM student_flags PREPEND -D)
# Not optimised: most of a submission's time is spent in LibTorch, and all of its author's in waiting for the compiler.
list(APPEND student_flags -std=c++20 -O0 -fPIC -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare)
foreach(folder ${LibTorch_INCLUDE_DIRS})
  list(APPEND student_flags -isystem ${folder})
endforeach()
set(student_torch_libraries ${LibTorch_ROOT_DIR}/lib/libtorch_cpu.so ${LibTorch_ROOT_DIR}/lib/libc10.so)
set(student_link_flags -shared -Wl,-z,defs)
if(SPINLAB_STUDENT_CXX MATCHES clang)
  set(student_clang ON)
  if(LLD)
    list(APPEND student_link_flags --ld-path=${LLD})
  endif()
endif()

set(prelude_sources ${CMAKE_SOURCE_DIR}/src/judging/worker/prelude)
# The one header of ours that submissions see, beside the preludes.
set(student_own_header ${CMAKE_SOURCE_DIR}/src/judging/worker/not_implemented.h)
set(prelude_folder ${grading_folder}/prelude)

# spinlab_student_prelude(NAME [DEPENDS headers…]): build/grading/prelude/NAME.h, which includes src/judging/worker/prelude/NAME.h,
# and its precompiled form beside it, which the compiler takes by itself for -include; NAME-warm.h has the NAME_uses.h among
# the headers once more, for a compiler that waits. With clang, the inline functions
# that it defines are compiled once, into libspinlab-NAME.so, and no longer in each submission; NAME.reach says which
# operators they call, for the search for forbidden ones.
function(spinlab_student_prelude name)
  set(header ${prelude_folder}/${name}.h)
  file(CONFIGURE OUTPUT ${header} CONTENT "#pragma once\n#include \"src/judging/worker/prelude/${name}.h\"\n" @ONLY)
  list(TRANSFORM ARGN PREPEND ${prelude_sources}/ OUTPUT_VARIABLE sources)
  list(APPEND sources ${header} ${prelude_sources}/${name}.h ${student_own_header})
  set(compile ${SPINLAB_STUDENT_CXX} ${student_flags} -I${CMAKE_SOURCE_DIR})
  if(NOT student_clang)
    add_custom_command(OUTPUT ${header}.gch DEPENDS ${sources} VERBATIM
      COMMAND ${compile} -x c++-header ${header} -o ${header}.gch
      COMMENT "Precompiling the ${name} prelude of submissions")
    add_custom_target(spinlab_student_prelude_${name} DEPENDS ${header}.gch)
    return()
  endif()
  set(warm "#define SPINLAB_USES warm\n")
  set(all_uses ${sources})
  list(FILTER all_uses INCLUDE REGEX "_uses[.]h$")
  foreach(uses ${all_uses})
    string(APPEND warm "#include \"${uses}\"\n")
  endforeach()
  file(CONFIGURE OUTPUT ${prelude_folder}/${name}-warm.h CONTENT "${warm}" @ONLY)

  set(object ${prelude_folder}/${name}.o)
  set(library ${prelude_folder}/libspinlab-${name}.so)
  # Of the system's headers too: clang refuses a precompiled header once one of them was upgraded.
  add_custom_command(OUTPUT ${header}.pch DEPENDS ${sources} DEPFILE ${header}.pch.d VERBATIM
    COMMAND ${compile} -fpch-instantiate-templates -fpch-codegen -x c++-header ${header} -o ${header}.pch
            -MD -MF ${header}.pch.d -MT ${header}.pch
    COMMENT "Precompiling the ${name} prelude of submissions")
  add_custom_command(OUTPUT ${object} DEPENDS ${header}.pch ${prelude_sources}/${name}_instances.cpp VERBATIM
    COMMAND ${SPINLAB_STUDENT_CXX} -std=c++20 -O0 -fPIC -ffunction-sections -c ${header}.pch -o ${object}.inline
    COMMAND ${compile} -ffunction-sections -include ${header} -c ${prelude_sources}/${name}_instances.cpp
            -o ${object}.instances
    COMMAND ${SPINLAB_STUDENT_CXX} -r -o ${object} ${object}.inline ${object}.instances
    # Some inline functions of LibTorch's call what it does not export: nobody can use them, but they must not keep the
    # library from being loaded.
    COMMAND ${CMAKE_OBJCOPY} --wildcard "--weaken-symbol=*" ${object}
    COMMENT "Compiling the ${name} prelude's inline functions")
  add_custom_command(OUTPUT ${library} ${prelude_folder}/${name}.reach DEPENDS ${object} spinlab-reach
    ${CMAKE_BINARY_DIR}/grading/operator_callers.txt VERBATIM
    COMMAND ${SPINLAB_STUDENT_CXX} ${student_link_flags} -Wl,-soname,libspinlab-${name}.so -o ${library} ${object}
            ${student_torch_libraries}
    COMMAND spinlab-reach ${prelude_folder}/${name}.reach ${object}
    COMMENT "Linking the ${name} prelude's library")
  add_custom_target(spinlab_student_prelude_${name} DEPENDS ${library} ${prelude_folder}/${name}.reach)
endfunction()

spinlab_student_prelude(tensor tensor_uses.h)
spinlab_student_prelude(nn tensor.h tensor_uses.h nn_uses.h tensor_instances.cpp)

# What runs a submission reads (src/judging/compile/toolchain.h).
function(spinlab_json_list output)
  list(TRANSFORM ARGN REPLACE "(.+)" "\"\\1\"" OUTPUT_VARIABLE quoted)
  list(JOIN quoted ", " text)
  set(${output} "[${text}]" PARENT_SCOPE)
endfunction()

# After the libraries exist: called at the end of src/judging/CMakeLists.txt.
function(spinlab_write_toolchain)
  spinlab_json_list(flags ${student_flags})
  spinlab_json_list(readable ${LibTorch_INCLUDE_DIRS} ${prelude_folder} ${prelude_sources} ${student_own_header})
  spinlab_json_list(link_flags ${student_link_flags} -Wl,-u,spinlab_serve)
  set(prelude_libraries false)
  if(student_clang)
    set(prelude_libraries true)
  endif()
  spinlab_json_list(libraries $<TARGET_FILE:spinlab_serve> $<TARGET_FILE:spinlab_channel>
                    ${student_torch_libraries})
  file(GENERATE OUTPUT ${grading_folder}/toolchain.json CONTENT "{
  \"compiler\": \"${SPINLAB_STUDENT_CXX}\",
  \"flags\": ${flags},
  \"readable\": ${readable},
  \"link_flags\": ${link_flags},
  \"libraries\": ${libraries},
  \"prelude_libraries\": ${prelude_libraries}
}
")
endfunction()

# spinlab_assignment(FOLDER): the programs of the assignment in …/NN-topic.
function(spinlab_assignment folder)
  get_filename_component(name ${folder} NAME)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder}/assignment.json)
  spinlab_read_assignment(${folder})
  file(GLOB hidden CONFIGURE_DEPENDS ${folder}/hidden_checks.cpp ${folder}/hidden_checks/*.cpp)  # a student's tree has none
  set(checks ${folder}/checks.cpp ${hidden})
  # Compiled while what they are run with is still being made.
  add_library(${name}-checks OBJECT ${checks})
  # Hidden checks are one unity file: instances of the calls' templates cost more than the checks themselves.
  if(hidden)
    set_source_files_properties(${hidden} PROPERTIES UNITY_GROUP hidden_checks)
  endif()
  set_target_properties(${name}-checks PROPERTIES OPTIMIZE_DEPENDENCIES ON UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  target_link_libraries(${name}-checks PRIVATE spinlab_check spinlab_dataset_functions)
  spinlab_use_prelude(${name}-checks tensor)
  spinlab_optimise_little(${name}-checks)
  add_executable(${name}-checker $<TARGET_OBJECTS:${name}-checks>)
  target_link_libraries(${name}-checker PRIVATE spinlab_check spinlab_dataset_functions)

  # calls.h once more, for the worker's side.
  set(exports exports)
  if(prelude STREQUAL nn)
    set(exports module_exports)
  endif()
  file(CONFIGURE OUTPUT ${grading_folder}/${name}/exports.cpp @ONLY CONTENT
       "#include \"src/judging/worker/${exports}.h\"\n#include \"${folder}/calls.h\"\n")
  add_library(${name}-exports STATIC ${grading_folder}/${name}/exports.cpp)
  target_link_libraries(${name}-exports PRIVATE spinlab_options)
  spinlab_use_prelude(${name}-exports tensor)
  set_target_properties(${name}-exports PROPERTIES OUTPUT_NAME exports ARCHIVE_OUTPUT_DIRECTORY
                        ${grading_folder}/${name})
  spinlab_never_sanitized(${name}-exports)
  add_dependencies(${name}-checker ${name}-exports spinlab_libtorch_facts spinlab_serve spinlab-worker
                   spinlab-confine spinlab_fork_point spinlab_student_prelude_${prelude})

  if(EXISTS ${folder}/experiment.cpp)
    add_executable(${name}-experiment ${folder}/experiment.cpp)
    target_link_libraries(${name}-experiment PRIVATE spinlab_experiment spinlab_dataset_functions)
    spinlab_use_prelude(${name}-experiment tensor)
    spinlab_optimise_little(${name}-experiment)
  endif()
endfunction()
