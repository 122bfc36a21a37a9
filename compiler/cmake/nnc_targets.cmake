# How every target of this project is compiled: the warnings, and one static library a folder whose link line is its include rule.

# Warnings are errors for what we write; found packages come in as system headers.
function(nnc_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
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
endfunction()
