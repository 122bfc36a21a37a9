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
    list(APPEND rows "    {\"${declared}\", ${number}},")
  endforeach()
  math(EXPR number "${number} + 1")
endforeach()
list(SORT rows)
list(JOIN rows "\n" rows)

file(WRITE ${OUTPUT} "#include \"stdlib/stdlib.h\"

#include <algorithm>
#include <iterator>

namespace nnc::stdlib {
namespace {

constexpr LibraryFile kFiles[] = {
${texts}};

struct Row {
  std::string_view name;
  int file;
};
constexpr Row kIndex[] = {
${rows}
};

}  // namespace

std::span<const LibraryFile> files() { return kFiles; }

const LibraryFile* file_of(std::string_view name) {
  const Row* row = std::lower_bound(std::begin(kIndex), std::end(kIndex), name,
                                    [](const Row& a, std::string_view b) { return a.name < b; });
  return row != std::end(kIndex) && row->name == name ? &kFiles[row->file] : nullptr;
}

}  // namespace nnc::stdlib
")
