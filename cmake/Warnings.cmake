# Warnings for the project's own targets, accepted by clang 22 and g++ 12 alike.

set(CMAKE_COMPILE_WARNING_AS_ERROR ${LOCKSTEP_WARNINGS_AS_ERRORS})

add_library(lockstep_warnings INTERFACE)
target_compile_options(lockstep_warnings INTERFACE
  -Wall
  -Wextra
  -Wpedantic
  -Wcast-align
  -Wcast-qual
  -Wconversion
  -Wdouble-promotion
  -Wextra-semi
  -Wformat=2
  -Wimplicit-fallthrough
  -Wmissing-declarations
  -Wnon-virtual-dtor
  -Wold-style-cast
  -Woverloaded-virtual
  -Wredundant-decls
  -Wshadow
  -Wsign-conversion
  -Wundef
  -Wunused
  -Wvla
)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(lockstep_warnings INTERFACE
    -Wduplicated-cond
    -Wlogical-op
    # g++ 12 reports std::string concatenation at -O2 (GCC bug 105651).
    -Wno-restrict
  )
endif()
