# find_package(nnc): the compiler as nnc::nnc, the headers of generated code as nnc::runtime, and nnc_add_model().
cmake_minimum_required(VERSION 3.25)
include(CMakeFindDependencyMacro)
find_dependency(Threads)
include(${CMAKE_CURRENT_LIST_DIR}/nncTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/nnc_add_model.cmake)
