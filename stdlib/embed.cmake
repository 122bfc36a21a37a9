# cmake -DFILES=a.nn;b.nn -DOUTPUT=stdlib.cpp -P embed.cmake: the C++ source that stdlib.h declares. The index is made
# from the lines that begin with a kind of declaration, sorted by name.
set(texts "")
set(rows "")
set(number 0)
foreach(file IN LISTS FILES)
  cmake_path(GET file FILENAME name)
  file(READ ${file} text)
  string(APPEND texts "    {\"${name}\", R\"nn(${text})nn\"},\n")
  string(REGEX MATCHALL "\n(function|activation|layer|encoding|loss|optimizer|init) +[a-zA-Z_0-9]+" heads "\n${text}")
  foreach(head IN LISTS heads)
    string(REGEX REPLACE ".* " "" declared "${head}")
    list(APPEND rows "${declared}:${number}")
  endforeach()
  math(EXPR number "${number} + 1")
endforeach()
list(SORT rows)
set(names "")
set(numbers "")
foreach(row IN LISTS rows)
  string(REGEX MATCH "(.*):(.*)" row ${row})
  string(APPEND names "    \"${CMAKE_MATCH_1}\",\n")
  string(APPEND numbers "${CMAKE_MATCH_2}, ")
endforeach()

file(WRITE ${OUTPUT} "#include \"stdlib/stdlib.h\"

#include <algorithm>
#include <iterator>

namespace nnc::stdlib {
namespace {

constexpr LibraryFile kFiles[] = {
${texts}};

constexpr std::string_view kNames[] = {
${names}};
constexpr int kFileOf[] = {${numbers}};

}  // namespace

std::span<const LibraryFile> files() { return kFiles; }

std::span<const std::string_view> names() { return kNames; }

const LibraryFile* file_of(std::string_view name) {
  const std::string_view* found = std::lower_bound(std::begin(kNames), std::end(kNames), name);
  if (found == std::end(kNames) || *found != name) return nullptr;
  return &kFiles[kFileOf[found - std::begin(kNames)]];
}

}  // namespace nnc::stdlib
")
