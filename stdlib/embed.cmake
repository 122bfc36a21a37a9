# cmake -DFILES=a.nn;b.nn -DOUTPUT=stdlib.cpp -P embed.cmake: the C++ source behind stdlib.h.
#
# Each declaration becomes a text of its own, so that a model costs the time to parse what it names and no more. A text
# begins with as many line breaks as stood before it, which keeps the lines of messages right.
set(head "\n(function|activation|layer|encoding|loss|optimizer|init) +([a-zA-Z_0-9]+)")
set(texts "")
set(names "")
set(kinds "")
set(implied "")
foreach(file IN LISTS FILES)
  cmake_path(GET file FILENAME name)
  file(READ ${file} text)
  string(PREPEND text "\n")
  set(breaks "")
  while(text MATCHES "${head}")
    set(kind ${CMAKE_MATCH_1})
    set(declared ${CMAKE_MATCH_2})
    string(FIND "${text}" "${CMAKE_MATCH_0}" begin)
    string(SUBSTRING "${text}" 0 ${begin} before)
    string(REGEX REPLACE "[^\n]" "" passed "${before}")
    string(APPEND breaks "${passed}")

    math(EXPR begin "${begin} + 1")
    string(SUBSTRING "${text}" ${begin} -1 text)  # from the head on, without the line break before it
    if(text MATCHES "${head}")
      string(FIND "${text}" "${CMAKE_MATCH_0}" length)
    else()
      string(LENGTH "${text}" length)
    endif()
    string(SUBSTRING "${text}" 0 ${length} declaration)
    string(SUBSTRING "${text}" ${length} -1 text)
    string(APPEND texts "    {\"${name}\", R\"nn(${breaks}${declaration})nn\"},\n")
    string(APPEND names "    \"${declared}\",\n")
    string(APPEND kinds "    \"${kind}\",\n")
    if(declaration MATCHES "^optimizer [^{]*\\) +for +([a-z0-9]+) +{")
      string(APPEND implied "    {\"${CMAKE_MATCH_1}\", \"${declared}\"},\n")
    endif()
    string(REGEX REPLACE "[^\n]" "" passed "${declaration}")
    string(APPEND breaks "${passed}\n")  # the one before the next head
  endwhile()
endforeach()

file(WRITE ${OUTPUT} "#include \"stdlib/stdlib.h\"

#include <iterator>

namespace nnc::stdlib {
namespace {

constexpr LibraryFile kTexts[] = {
${texts}};
constexpr std::string_view kNames[] = {
${names}};
constexpr std::string_view kKinds[] = {
${kinds}};
static_assert(std::size(kTexts) == std::size(kNames));

/// A precision, and the optimizer that it implies.
struct Implied {
  std::string_view precision, optimizer;
};
constexpr Implied kImplied[] = {
${implied}};

}  // namespace

std::span<const LibraryFile> files() { return kTexts; }

std::span<const std::string_view> names() { return kNames; }

std::string_view implied_by(std::string_view precision) {
  for (const Implied& each : kImplied) {
    if (each.precision == precision) return each.optimizer;
  }
  return {};
}

const LibraryFile* file_of(std::string_view name, std::string_view kind) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name && (kind.empty() || kKinds[i] == kind)) return &kTexts[i];
  }
  return nullptr;
}

}  // namespace nnc::stdlib
")
