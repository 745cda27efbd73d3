# Compiler and linker flags that hold for every target of every configuration.

# A fused multiply-add rounds once where WebAssembly rounds twice.
add_compile_options(-ffp-contract=off)

find_program(LOCKSTEP_CCACHE ccache)
mark_as_advanced(LOCKSTEP_CCACHE)
if(LOCKSTEP_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${LOCKSTEP_CCACHE}")
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  include(CheckLinkerFlag)
  check_linker_flag(CXX -fuse-ld=lld LOCKSTEP_HAVE_LLD)
  if(LOCKSTEP_HAVE_LLD)
    add_link_options(-fuse-ld=lld)
  endif()
endif()

if(LOCKSTEP_SANITIZERS)
  add_compile_options(
    -fsanitize=${LOCKSTEP_SANITIZERS}
    -fno-sanitize-recover=all
    -fno-omit-frame-pointer
  )
  add_link_options(-fsanitize=${LOCKSTEP_SANITIZERS})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # The check reads 8 bytes before a called function; code made by the JIT has no such prefix.
    add_compile_options(-fno-sanitize=function)
    add_link_options(-fno-sanitize=function)
  endif()
endif()

if(LOCKSTEP_FUZZERS)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "LOCKSTEP_FUZZERS needs libFuzzer, which only clang has")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
