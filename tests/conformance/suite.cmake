# Finds the official test scripts and the parser that converts them.

set(LOCKSTEP_WASM_TESTSUITE "" CACHE PATH
  "Folder of WebAssembly's test scripts (spec/test/core), or one with wasm-2.0/ in it; empty to look for it")

# conformance_find_suite(<variable>): the folder with the scripts, or nothing.
function(conformance_find_suite variable)
  set(named "${LOCKSTEP_WASM_TESTSUITE}")
  if(NOT named)
    set(named "$ENV{LOCKSTEP_WASM_TESTSUITE}")
  endif()
  set(candidates "${named}")
  if(NOT named)
    cmake_path(GET PROJECT_SOURCE_DIR PARENT_PATH beside)
    file(GLOB near LIST_DIRECTORIES true "${beside}/*/wasm-testsuite")
    set(candidates "${beside}/wasm-testsuite" ${near})
  endif()
  foreach(candidate IN LISTS candidates)
    foreach(folder "${candidate}/wasm-2.0" "${candidate}")
      if(EXISTS "${folder}/i32.wast")
        set(${variable} "${folder}" PARENT_SCOPE)
        return()
      endif()
    endforeach()
  endforeach()
  if(named)
    message(FATAL_ERROR "LOCKSTEP_WASM_TESTSUITE: no test scripts in ${named}")
  endif()
  set(${variable} "" PARENT_SCOPE)
endfunction()

# conformance_scripts(<variable> <folder> <output folder>): commands that convert the scripts of a folder, one for each;
# the variable is set to their outputs.
function(conformance_scripts variable folder output)
  file(GLOB converter CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/converter/*.mjs")
  file(GLOB scripts CONFIGURE_DEPENDS "${folder}/*.wast")
  set(converted)
  foreach(script IN LISTS scripts)
    cmake_path(GET script STEM name)
    add_custom_command(OUTPUT "${output}/${name}.json"
      COMMAND "${LOCKSTEP_NODE}" "${CMAKE_CURRENT_SOURCE_DIR}/wast2json.mjs" "${script}" "${output}"
      DEPENDS "${script}" wast2json.mjs package-lock.json ${converter}
      VERBATIM)
    list(APPEND converted "${output}/${name}.json")
  endforeach()
  # The runner takes all that are there.
  file(GLOB stale "${output}/*.json")
  list(REMOVE_ITEM stale ${converted})
  if(stale)
    file(REMOVE ${stale})
  endif()
  set(${variable} ${converted} PARENT_SCOPE)
endfunction()

# conformance_skipped_test(<label> <name> <reason>): a test that says why it is skipped.
function(conformance_skipped_test label name reason)
  lockstep_command_test(${name} LABEL ${label}
    COMMAND "${CMAKE_COMMAND}" -E echo "SKIPPED: ${reason}")
  set_tests_properties(${label}.${name} PROPERTIES SKIP_REGULAR_EXPRESSION "^SKIPPED: ")
endfunction()

find_program(LOCKSTEP_NODE node)
mark_as_advanced(LOCKSTEP_NODE)
set(conformance_parser_problem "")
if(NOT LOCKSTEP_NODE OR NOT EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/node_modules/wabt/package.json")
  set(conformance_parser_problem
    "the parser of the test scripts is not installed; run scripts/setup, then configure again")
  message(STATUS "Conformance tests are skipped: ${conformance_parser_problem}")
endif()

conformance_find_suite(conformance_suite)
set(conformance_suite_problem "${conformance_parser_problem}")
if(NOT conformance_suite)
  set(conformance_suite_problem
    "no WebAssembly test scripts found; get the folder test/core of https://github.com/WebAssembly/spec at tag wg-2.0, name it in LOCKSTEP_WASM_TESTSUITE (CMake or environment), and configure again")
  message(STATUS "Conformance with WebAssembly is not tested: ${conformance_suite_problem}")
endif()
