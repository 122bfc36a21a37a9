# How every target of this project is compiled: the warnings, and one static library a folder whose link line is its include rule.

# Warnings are errors for what we write, but not inside another project, whose compiler nobody has tried; found packages
# come in as system headers.
option(NNC_WARNINGS_ARE_ERRORS "fail where the compiler warns" ${PROJECT_IS_TOP_LEVEL})
set(NNC_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
function(nnc_warnings target)
  target_compile_options(${target} PRIVATE ${NNC_WARNINGS}
    $<$<BOOL:${NNC_WARNINGS_ARE_ERRORS}>:-Werror> $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
endfunction()

# nnc_library(name SOURCES … LINKS …): the folder's static library, C++20, included as "compiler/<folder>/<file>.h".
function(nnc_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_include_directories(${name} PUBLIC ${nnc_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_LINKS})
  set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
  nnc_warnings(${name})
  nnc_precompiled_headers(${name})
endfunction()

# The standard library's headers once instead of a hundred times: a first build takes two thirds of the time. ccache and
# precompiled headers do not go together, so this is off where files are compiled again and again.
option(NNC_PRECOMPILED_HEADERS "compile the standard library's headers once" OFF)

# nnc_precompiled_headers(name HEADERS … LINKS …): the target reads the standard headers, and those of the libraries that it links,
# precompiled. Targets that name the same headers share them.
function(nnc_precompiled_headers name)
  cmake_parse_arguments(ARG "" "" "HEADERS;LINKS" ${ARGN})
  if(NOT NNC_PRECOMPILED_HEADERS)
    return()
  endif()
  string(MAKE_C_IDENTIFIER "nnc_precompiled${ARG_HEADERS}" headers)
  if(NOT TARGET ${headers})
    file(WRITE ${nnc_BINARY_DIR}/${headers}.cpp "")
    add_library(${headers} STATIC ${nnc_BINARY_DIR}/${headers}.cpp)
    target_compile_features(${headers} PRIVATE cxx_std_20)
    set_target_properties(${headers} PROPERTIES CXX_EXTENSIONS OFF)
    nnc_warnings(${headers})
    target_link_libraries(${headers} PRIVATE ${ARG_LINKS})
    target_precompile_headers(${headers} PRIVATE <algorithm> <cmath> <deque> <functional> <map> <memory> <optional> <set> <span>
      <string> <string_view> <unordered_map> <unordered_set> <variant> <vector> ${ARG_HEADERS})
  endif()
  target_precompile_headers(${name} REUSE_FROM ${headers})
endfunction()
