# example(name source …): a program around the model <name>.nn beside it. An example stands alone too:
# cmake -S examples/<name> -B build -D CMAKE_PREFIX_PATH=<where nnc is installed>
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
if(NOT TARGET nnc::nnc)
  find_package(nnc REQUIRED)
endif()
if(NOT TARGET examples_common)
  add_subdirectory(${CMAKE_CURRENT_LIST_DIR} ${CMAKE_BINARY_DIR}/common)
endif()

set(NNC_EXAMPLE_FLAGS -O3 -march=native CACHE STRING "How examples are compiled")
function(example name)
  add_executable(${name} ${ARGN})
  nnc_add_model(${name} ${name}.nn)
  target_compile_options(${name} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Werror ${NNC_EXAMPLE_FLAGS}
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)  # g++ 12 sees overlaps where C++20 adds strings
  target_link_libraries(${name} PRIVATE examples_common)
endfunction()
