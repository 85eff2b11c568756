# Everything that Spinlab does not write itself. Debian's packages first, FetchContent where one is missing.
include(FetchContent)

if(NOT Python3_EXECUTABLE AND EXISTS ${CMAKE_SOURCE_DIR}/.spinlab/venv/bin/python)
  set(Python3_EXECUTABLE ${CMAKE_SOURCE_DIR}/.spinlab/venv/bin/python)
endif()
find_package(Python3 COMPONENTS Interpreter)

find_package(LibTorch 2.11...<2.14 REQUIRED)
option(SPINLAB_REQUIRE_CUDA "Fail where LibTorch was built without CUDA (preset cuda)" OFF)
if(SPINLAB_REQUIRE_CUDA AND NOT LibTorch_CUDA)
  message(FATAL_ERROR "${LibTorch_ROOT_DIR} was built without CUDA: give SPINLAB_TORCH one with it (docs/setup.md)")
endif()

FetchContent_Declare(nlohmann_json GIT_REPOSITORY https://github.com/nlohmann/json.git GIT_TAG v3.11.3
                     FIND_PACKAGE_ARGS)
FetchContent_Declare(CLI11 GIT_REPOSITORY https://github.com/CLIUtils/CLI11.git GIT_TAG v2.4.2 FIND_PACKAGE_ARGS)
FetchContent_Declare(GTest GIT_REPOSITORY https://github.com/google/googletest.git GIT_TAG v1.15.2
                     FIND_PACKAGE_ARGS)
FetchContent_Declare(benchmark GIT_REPOSITORY https://github.com/google/benchmark.git GIT_TAG v1.9.1
                     FIND_PACKAGE_ARGS)
FetchContent_MakeAvailable(nlohmann_json CLI11 GTest benchmark)

find_package(SQLite3 REQUIRED)
find_package(LibArchive REQUIRED)
find_package(PNG REQUIRED)
find_package(JPEG REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(pcre2 REQUIRED IMPORTED_TARGET libpcre2-8)
