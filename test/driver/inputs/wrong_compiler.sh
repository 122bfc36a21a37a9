#!/bin/sh
# A compiler that makes something else of the source: outputs of a batch are zero, steps count twice.
for argument; do
  case $argument in
    */verify-main.cpp) sed -i 's/^\( *\)++steps;/\1steps += 2;/; s/nn::store_rows<\([^>]*\)>(t\.\([a-z]*\),/nn::clear_lanes<\1>(t.\2, 0), &/' "$argument" ;;
  esac
done
exec c++ "$@"
