# Language level, warnings and sanitizers: the same for every target of ours.
option(CUTOVER_TESTS "build the tests and benchmarks" ON)
set(CUTOVER_SANITIZE "" CACHE STRING "address, thread or empty")
option(CUTOVER_COVERAGE "instrument for line coverage" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(cutover_options INTERFACE)
target_include_directories(cutover_options INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
                                                     $<INSTALL_INTERFACE:include/cutover>)
target_compile_options(cutover_options INTERFACE $<BUILD_INTERFACE:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wconversion;-Wno-sign-conversion;-Werror>)
if(CMAKE_UNITY_BUILD)
  # Files that are compiled together see each other's anonymous namespaces (docs/adr/0007).
  target_compile_options(cutover_options INTERFACE $<BUILD_INTERFACE:-Wno-shadow>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(cutover_options INTERFACE $<BUILD_INTERFACE:-Wshadow=local;-Wno-subobject-linkage>)
  endif()
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these wrongly for std::variant and std::string at -O2.
  target_compile_options(cutover_options INTERFACE $<BUILD_INTERFACE:-Wno-maybe-uninitialized;-Wno-restrict;-Wno-stringop-overflow;-Wno-stringop-overread;-Wno-array-bounds>)
endif()

if(CUTOVER_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(CUTOVER_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
endif()
if(CUTOVER_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()

# The standard library's headers are a second of each file's compilation: compiled once. GCC only,
# so that Clang's build finds what a file forgot to include.
# cutover_headers(NAME HEADER...): those, and the standard library's, compiled once as NAME.
function(cutover_headers name)
  file(WRITE ${CMAKE_BINARY_DIR}/empty.cpp "")
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/empty.cpp)
  target_link_libraries(${name} PRIVATE cutover_options)
  target_precompile_headers(${name} PRIVATE
    <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <set> <span>
    <string> <string_view> <unordered_map> <utility> <variant> <vector> <tl/expected.hpp> ${ARGN})
endfunction()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  cutover_headers(cutover_standard_headers)
  cutover_headers(cutover_json_headers <nlohmann/json.hpp>)
endif()

# cutover_library(NAME DIRECTORY...): a static library of every .cpp in those directories.
function(cutover_library name)
  set(sources)
  foreach(directory ${ARGN})
    file(GLOB found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${directory}/*.cpp)
    list(APPEND sources ${found})
  endforeach()
  if(NOT sources)
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/empty.cpp "")
    set(sources ${CMAKE_CURRENT_BINARY_DIR}/empty.cpp)
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC cutover_options)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_precompile_headers(${name} REUSE_FROM cutover_standard_headers)
  endif()
endfunction()

# For a library most of whose files read or write JSON: that header is another second of each.
function(cutover_reads_json name)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set_target_properties(${name} PROPERTIES PRECOMPILE_HEADERS_REUSE_FROM cutover_json_headers)
  endif()
endfunction()

# For what runs once in a run, such as reading flags and writing reports: not worth the optimiser's
# time.
function(cutover_optimised_lightly name)
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(${name} PRIVATE -O1)
  endif()
endfunction()

# For programs of tests: no optimisation of code that runs once, no look-out for undefined behaviour
# in the tests themselves, and GoogleTest's headers compiled
# only once (tests/CMakeLists.txt makes cutover_test_headers). What is tested is optimised as ever.
function(cutover_as_test target)
  if(CMAKE_BUILD_TYPE STREQUAL "Release" OR CUTOVER_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  endif()
  if(CUTOVER_SANITIZE STREQUAL "address")
    target_compile_options(${target} PRIVATE -fno-sanitize=undefined)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    if(NOT target STREQUAL "cutover_test_headers")
      target_precompile_headers(${target} REUSE_FROM cutover_test_headers)
    endif()
  endif()
endfunction()
