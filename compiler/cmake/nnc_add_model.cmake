# nnc_add_model(app image.nn [MODEL Image] [NAMESPACE small] [DEFINE width=32 …] [WEIGHTS trained.safetensors] [C_API])
#
# Compiles image.nn into image.h and image.cpp in the build tree and adds them to the target `app`, which then may say
# `#include "image.h"`; where a target holds one model under several namespaces, `#include "small/image.h"`. A change of
# image.nn, of a file that it imports or of nnc itself makes them again; nothing else does.
#
# MODEL: of several in the file, the one that is meant; without it the namespace holds a namespace for each.
# WEIGHTS: the source holds the file's numbers.
# C_API: C may say `#include "image_c.h"`; the target is still linked as C++.
# Optimisation flags are the target's own: -O3 -march=native is what the kernels are written for.
function(nnc_add_model target model)
  cmake_parse_arguments(ARG "C_API" "MODEL;NAMESPACE;WEIGHTS" "DEFINE" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "nnc_add_model: unknown argument ${ARG_UNPARSED_ARGUMENTS}; known are MODEL, NAMESPACE, DEFINE, WEIGHTS and C_API")
  endif()
  if(ARG_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "nnc_add_model: ${ARG_KEYWORDS_MISSING_VALUES} needs a value")
  endif()
  if(NOT TARGET ${target})
    message(FATAL_ERROR "nnc_add_model: there is no target ${target}")
  endif()
  cmake_path(ABSOLUTE_PATH model BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
  cmake_path(GET model STEM name)

  set(namespace ${name})
  set(options)
  if(ARG_MODEL)
    list(APPEND options --model ${ARG_MODEL})
  endif()
  if(ARG_NAMESPACE)
    set(namespace ${ARG_NAMESPACE})
    list(APPEND options --namespace ${namespace})
  endif()
  foreach(definition IN LISTS ARG_DEFINE)
    list(APPEND options -D ${definition})
  endforeach()

  if(ARG_WEIGHTS)
    cmake_path(ABSOLUTE_PATH ARG_WEIGHTS BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
    list(APPEND options --weights ${ARG_WEIGHTS})
  endif()

  set(models ${CMAKE_CURRENT_BINARY_DIR}/${target}_models)
  set(folder ${models}/${namespace})
  file(MAKE_DIRECTORY ${folder})
  set(files ${folder}/${name}.cpp ${folder}/${name}.h)
  if(ARG_C_API)
    list(APPEND options --c-api)
    list(APPEND files ${folder}/${name}_c.h)
  endif()
  add_custom_command(
    OUTPUT ${files}
    COMMAND nnc::nnc ${model} -o ${folder}/${name}.cpp --depfile ${folder}/${name}.d ${options}
    DEPENDS ${model} ${ARG_WEIGHTS} nnc::nnc
    DEPFILE ${folder}/${name}.d
    COMMENT "nnc ${name}.nn"
    VERBATIM)
  target_sources(${target} PRIVATE ${files})
  set_source_files_properties(${folder}/${name}.cpp TARGET_DIRECTORY ${target} PROPERTIES
    SKIP_UNITY_BUILD_INCLUSION ON)  # its names are those of every model
  target_include_directories(${target} PRIVATE ${models} ${folder})
  target_link_libraries(${target} PRIVATE nnc::runtime)
endfunction()
