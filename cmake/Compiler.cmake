# Which compilers will do, and what makes them fast: a linker other than bfd, ccache where it is installed.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  set(oldest 14)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(oldest 12)
endif()
if(NOT oldest OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS oldest)
  message(FATAL_ERROR "${CMAKE_CXX_COMPILER} is ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}; "
                      "Spinlab needs clang 14 or g++ 12 at least. Name one in CXX")
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  string(REGEX MATCH "^[0-9]+" clang_major ${CMAKE_CXX_COMPILER_VERSION})
  find_program(LLD NAMES ld.lld-${clang_major} ld.lld ld.lld-19)
  if(LLD)
    add_link_options(--ld-path=${LLD})
  endif()
endif()

# ccache takes precompiled headers only when told that macros are not defined before them, and only where the compiler
# keeps them repeatable: clang without a time stamp, g++ with the preprocessor's marks.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  else()
    add_compile_options(-fpch-preprocess)
  endif()
endif()
