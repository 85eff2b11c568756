# LibTorch as two imported targets, from the torch wheel, an unpacked LibTorch zip or a conda package: LibTorch::LibTorch,
# and LibTorch::c10, its headers and errors alone, which a program without tensors loads in milliseconds.
#
# Torch's own TorchConfig.cmake is not used: for a CUDA build it demands a CUDA toolkit with nvcc, which neither the wheel
# nor code without kernels needs, and it fails without one. This module needs only the libraries and headers.
#
# Looks in SPINLAB_TORCH (a LibTorch folder or a Python environment) where that is set, else in the project's venv, else
# below CMAKE_PREFIX_PATH. Sets LibTorch_FOUND, LibTorch_VERSION, LibTorch_ROOT_DIR, LibTorch_INCLUDE_DIRS and LibTorch_CUDA
# (whether this build of it can use NVIDIA GPUs).

set(SPINLAB_TORCH "$ENV{SPINLAB_TORCH}" CACHE PATH "A LibTorch folder or Python environment; empty: the project's venv")

if(SPINLAB_TORCH)
  set(where "${SPINLAB_TORCH}")
else()
  set(where "${CMAKE_SOURCE_DIR}/.spinlab/venv")
endif()
file(GLOB candidates "${where}" "${where}/libtorch" "${where}/torch" "${where}/lib/python3*/site-packages/torch")
if(NOT SPINLAB_TORCH)
  # torch.utils.cmake_prefix_path is TORCH/share/cmake, a LibTorch zip's own prefix is TORCH.
  foreach(prefix IN LISTS CMAKE_PREFIX_PATH)
    list(APPEND candidates "${prefix}" "${prefix}/../..")
  endforeach()
endif()

unset(LibTorch_ROOT_DIR)
foreach(candidate IN LISTS candidates)
  if(EXISTS "${candidate}/lib/libtorch.so" AND EXISTS "${candidate}/include/torch/csrc/api/include/torch/version.h")
    file(REAL_PATH "${candidate}" LibTorch_ROOT_DIR)
    break()
  endif()
endforeach()

if(LibTorch_ROOT_DIR)
  set(header "${LibTorch_ROOT_DIR}/include/torch/headeronly/version.h")
  if(NOT EXISTS "${header}")
    set(header "${LibTorch_ROOT_DIR}/include/torch/csrc/api/include/torch/version.h")
  endif()
  file(STRINGS "${header}" version_line REGEX "^ *\"[0-9]+\\.[0-9]+\\.[0-9]+\"")
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" LibTorch_VERSION "${version_line}")
  if(EXISTS "${LibTorch_ROOT_DIR}/lib/libtorch_cuda.so")
    set(LibTorch_CUDA ON)
  else()
    set(LibTorch_CUDA OFF)
  endif()
endif()

set(LibTorch_INCLUDE_DIRS "${LibTorch_ROOT_DIR}/include" "${LibTorch_ROOT_DIR}/include/torch/csrc/api/include")

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_ROOT_DIR VERSION_VAR LibTorch_VERSION HANDLE_VERSION_RANGE
  REASON_FAILURE_MESSAGE "looked in ${where}. Run ./spinlab to install it, or set SPINLAB_TORCH (docs/setup.md)")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::c10 INTERFACE IMPORTED)
  target_include_directories(LibTorch::c10 INTERFACE ${LibTorch_INCLUDE_DIRS})
  # As torch's Linux builds are made: members of its classes depend on these.
  target_compile_definitions(LibTorch::c10 INTERFACE USE_DISTRIBUTED USE_C10D_GLOO USE_RPC USE_TENSORPIPE)
  target_link_libraries(LibTorch::c10 INTERFACE "${LibTorch_ROOT_DIR}/lib/libc10.so")

  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  target_link_libraries(LibTorch::LibTorch INTERFACE LibTorch::c10)
  # libtorch.so holds no symbols: it pulls in libtorch_cuda.so, whose operators register themselves as it is loaded.
  target_link_libraries(LibTorch::LibTorch INTERFACE
    "-Wl,--no-as-needed,${LibTorch_ROOT_DIR}/lib/libtorch.so,--as-needed"
    "${LibTorch_ROOT_DIR}/lib/libtorch_cpu.so" "${LibTorch_ROOT_DIR}/lib/libc10.so")
  # The wheel's CUDA libraries find each other when they are loaded (RUNPATH), not when we link.
  target_link_options(LibTorch::LibTorch INTERFACE $<$<BOOL:${LibTorch_CUDA}>:-Wl,--allow-shlib-undefined>)
endif()
