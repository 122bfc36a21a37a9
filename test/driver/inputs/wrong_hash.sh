#!/bin/sh
# A compiler that reads another constant of the hash than nnc wrote.
for argument in "$@"; do
  case $argument in
    -I*/nnc-*) sed -i 's/2654435761/2654435769/g' "${argument#-I}"/*.cpp "${argument#-I}"/*.h ;;
  esac
done
exec c++ "$@"
