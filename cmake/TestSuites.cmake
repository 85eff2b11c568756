# spinlab_test_suites(TARGET NAME [SHARDS n] [LABEL l] [ENVIRONMENT v…]): a ctest entry for each suite of a test binary, named
# NAME.Suite. A process a suite: what a test costs is then the test, and not the loading of LibTorch.
function(spinlab_test_suites target name)
  cmake_parse_arguments(ARG "" "SHARDS;LABEL" "ENVIRONMENT" ${ARGN})
  if(NOT ARG_SHARDS)
    set(ARG_SHARDS 1)
  endif()
  set(suites ${CMAKE_CURRENT_BINARY_DIR}/${name}_suites.cmake)
  add_custom_command(TARGET ${target} POST_BUILD BYPRODUCTS ${suites} VERBATIM
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DBINARY=$<TARGET_FILE:${target}> -DOUTPUT=${suites} -DLABEL=${ARG_LABEL}
            -DSHARDS=${ARG_SHARDS} "-DENVIRONMENT=${ARG_ENVIRONMENT}" -DFOLDER=${CMAKE_CURRENT_BINARY_DIR}
            -P ${CMAKE_SOURCE_DIR}/cmake/discover_suites.cmake)
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${suites})
endfunction()
