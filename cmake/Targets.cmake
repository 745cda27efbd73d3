# The functions that the folders' CMakeLists.txt are written with.

set(lockstep_test_labels
  unit property conformance differential end-to-end fuzz-replay solidity tidy)

# All fuzz targets, whatever they are linked with.
add_custom_target(fuzzers)

function(_lockstep_set_up target)
  target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE lockstep_warnings)
endfunction()

function(_lockstep_require prefix)
  if(${prefix}_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "Unknown arguments: ${${prefix}_UNPARSED_ARGUMENTS}")
  endif()
  foreach(argument IN LISTS ARGN)
    if(NOT DEFINED ${prefix}_${argument})
      message(FATAL_ERROR "${argument} is missing")
    endif()
  endforeach()
endfunction()

function(_lockstep_set_test_properties test label timeout)
  if(NOT label IN_LIST lockstep_test_labels)
    message(FATAL_ERROR "${test}: label '${label}' is none of: ${lockstep_test_labels}")
  endif()
  if(NOT timeout)
    set(timeout 300)
  endif()
  math(EXPR timeout "${timeout} * ${LOCKSTEP_TIMEOUT_FACTOR}")
  set_tests_properties(${test} PROPERTIES LABELS ${label} TIMEOUT ${timeout})
endfunction()

# lockstep_library(<name> SOURCES <file>... [DEPENDS <target>...] [PRIVATE_DEPENDS <target>...])
#
# A static library lockstep_<name>, alias lockstep::<name>. DEPENDS is what its headers need, PRIVATE_DEPENDS what only
# its sources need: Boost, OpenSSL, leveldb and asmjit belong there.
function(lockstep_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS")
  _lockstep_require(arg SOURCES)
  set(target lockstep_${name})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(lockstep::${name} ALIAS ${target})
  _lockstep_set_up(${target})
  target_link_libraries(${target} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_PRIVATE_DEPENDS})
endfunction()

# lockstep_executable(<name> SOURCES <file>... [DEPENDS <target>...])
#
# A program of that name, in the bin folder of the build when it stands in cli, else beside its folder's objects.
function(lockstep_executable name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
  _lockstep_require(arg SOURCES)
  add_executable(${name} ${arg_SOURCES})
  _lockstep_set_up(${name})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS})
  if(CMAKE_CURRENT_SOURCE_DIR STREQUAL "${PROJECT_SOURCE_DIR}/cli")
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  endif()
endfunction()

# lockstep_test(<name> LABEL <label> SOURCES <file>... [DEPENDS <target>...] [TIMEOUT <seconds>])
#
# One GoogleTest executable, one ctest test <label>.<name>. rapidcheck is linked too. Sources may read
# LOCKSTEP_SOURCE_DIR, and the environment variable LOCKSTEP_DEEP for longer runs. The default time limit is 300 s.
function(lockstep_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT" "SOURCES;DEPENDS")
  _lockstep_require(arg LABEL SOURCES)
  string(REPLACE "-" "_" target "${arg_LABEL}_${name}")
  set(test ${arg_LABEL}.${name})
  add_executable(${target} ${arg_SOURCES})
  _lockstep_set_up(${target})
  target_compile_definitions(${target} PRIVATE LOCKSTEP_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE
    ${arg_DEPENDS} GTest::gmock_main GTest::gmock GTest::gtest rapidcheck_gtest)
  add_test(NAME ${test} COMMAND ${target} --gtest_brief=1)
  _lockstep_set_test_properties(${test} "${arg_LABEL}" "${arg_TIMEOUT}")
endfunction()

# lockstep_command_test(<name> LABEL <label> COMMAND <word>... [TIMEOUT <seconds>] [WORKING_DIRECTORY <folder>]
#                       [ENVIRONMENT <name=value>...] [PROCESSORS <count>])
#
# A ctest test <label>.<name> that runs a command.
function(lockstep_command_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg
    "" "LABEL;TIMEOUT;WORKING_DIRECTORY;PROCESSORS" "COMMAND;ENVIRONMENT")
  _lockstep_require(arg LABEL COMMAND)
  set(test ${arg_LABEL}.${name})
  if(NOT arg_WORKING_DIRECTORY)
    set(arg_WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  endif()
  add_test(NAME ${test} COMMAND ${arg_COMMAND} WORKING_DIRECTORY "${arg_WORKING_DIRECTORY}")
  _lockstep_set_test_properties(${test} "${arg_LABEL}" "${arg_TIMEOUT}")
  if(arg_ENVIRONMENT)
    set_tests_properties(${test} PROPERTIES ENVIRONMENT "${arg_ENVIRONMENT}")
  endif()
  if(arg_PROCESSORS)
    set_tests_properties(${test} PROPERTIES PROCESSORS ${arg_PROCESSORS})
  endif()
endfunction()

# lockstep_fuzzer(<name> SOURCES <file>... CORPUS <folder> [DEPENDS <target>...] [TIMEOUT <seconds>])
#
# A target fuzz_<name> defining LLVMFuzzerTestOneInput. With LOCKSTEP_FUZZERS it is a libFuzzer program; without, it is
# linked with fuzz/replay_main.cpp, which runs every file of the folders given as arguments through it, and the ctest
# test fuzz-replay.<name> replays CORPUS.
function(lockstep_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CORPUS;TIMEOUT" "SOURCES;DEPENDS")
  _lockstep_require(arg SOURCES CORPUS)
  set(target fuzz_${name})
  add_executable(${target} ${arg_SOURCES})
  _lockstep_set_up(${target})
  target_link_libraries(${target} PRIVATE ${arg_DEPENDS})
  add_dependencies(fuzzers ${target})
  if(LOCKSTEP_FUZZERS)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${target} PRIVATE "${PROJECT_SOURCE_DIR}/fuzz/replay_main.cpp")
    cmake_path(ABSOLUTE_PATH arg_CORPUS)
    add_test(NAME fuzz-replay.${name} COMMAND ${target} "${arg_CORPUS}")
    _lockstep_set_test_properties(fuzz-replay.${name} fuzz-replay "${arg_TIMEOUT}")
  endif()
endfunction()
