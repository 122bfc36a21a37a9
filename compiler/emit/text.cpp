#include "compiler/emit/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace nnc::emit {

namespace {

/// Keywords of C++17 and C++20, macros of the C library and of compilers, and the namespaces that generated code names.
constexpr std::string_view kReserved[] = {"EOF",       "FALSE",         "HUGE_VAL",    "INFINITY",  "NAN",
                                          "NULL",      "TRUE",          "alignas",     "alignof",   "and",
                                          "and_eq",    "asm",           "assert",      "auto",      "bitand",
                                          "bitor",     "bool",          "break",       "case",      "catch",
                                          "char",      "char16_t",      "char32_t",    "char8_t",   "class",
                                          "co_await",  "co_return",     "co_yield",    "compl",     "concept",
                                          "const",     "const_cast",    "consteval",   "constexpr", "constinit",
                                          "continue",  "decltype",      "default",     "delete",    "do",
                                          "double",    "dynamic_cast",  "else",        "enum",      "errno",
                                          "explicit",  "export",        "extern",      "false",     "float",
                                          "for",       "friend",        "goto",        "i386",      "if",
                                          "inline",    "int",           "linux",       "long",      "mutable",
                                          "namespace", "new",           "nn",          "noexcept",  "not",
                                          "not_eq",    "nullptr",       "operator",    "or",        "or_eq",
                                          "private",   "protected",     "public",      "register",  "reinterpret_cast",
                                          "requires",  "return",        "short",       "signed",    "sizeof",
                                          "static",    "static_assert", "static_cast", "std",       "stderr",
                                          "stdin",     "stdout",        "struct",      "switch",    "template",
                                          "this",      "thread_local",  "throw",       "true",      "try",
                                          "typedef",   "typeid",        "typename",    "union",     "unix",
                                          "unsigned",  "using",         "virtual",     "void",      "volatile",
                                          "wchar_t",   "while",         "xor",         "xor_eq"};

/// Functions and variables that headers of the C library and of POSIX may put where namespaces stand.
constexpr std::string_view kGlobal[] = {
    "abort",    "abs",      "accept",   "access",   "acos",    "acosh",   "asin",    "asinh",       "atan",   "atanh",
    "atexit",   "basename", "bind",     "calloc",   "cbrt",    "ceil",    "clock",   "clone",       "close",  "connect",
    "copysign", "cos",      "cosh",     "daylight", "div",     "dup",     "erf",     "erfc",        "exit",   "exp",
    "fabs",     "fdim",     "finite",   "floor",    "fma",     "fmax",    "fmin",    "fmod",        "free",   "frexp",
    "gamma",    "getline",  "hypot",    "index",    "isalpha", "isdigit", "isspace", "j0",          "j1",     "jn",
    "labs",     "ldexp",    "lgamma",   "link",     "listen",  "log",     "logb",    "lseek",       "main",   "malloc",
    "memcpy",   "memset",   "mktime",   "modf",     "nan",     "nice",    "open",    "pause",       "pipe",   "pow",
    "printf",   "puts",     "raise",    "rand",     "random",  "read",    "recv",    "remainder",   "remove", "rename",
    "rewind",   "rint",     "round",    "select",   "send",    "signal",  "signgam", "significand", "sin",    "sincos",
    "sinh",     "sleep",    "socket",   "sqrt",     "stat",    "strlen",  "sync",    "system",      "tan",    "tanh",
    "tgamma",   "time",     "timezone", "tm",       "tolower", "toupper", "trunc",   "uint",        "unlink", "wait",
    "write",    "y0",       "y1",       "yn"};

template <class T>
std::string shortest(T value) {
  std::array<char, 64> buffer;
  auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

}  // namespace

std::string indent(std::string_view text, int spaces) {
  std::string result;
  bool at_start = true;
  for (char c : text) {
    if (at_start && c != '\n') result.append(static_cast<size_t>(spaces), ' ');
    result += c;
    at_start = c == '\n';
  }
  return result;
}

std::string fill(std::string_view text, std::initializer_list<std::pair<std::string_view, std::string>> values) {
  if (!text.empty() && text[0] == '\n') text.remove_prefix(1);
  std::string result;
  size_t line = 0;  // where the line at hand begins in the result
  while (!text.empty()) {
    size_t hole = text.find('$');
    std::string_view plain = text.substr(0, hole);
    result += plain;
    if (size_t last = result.rfind('\n'); last != std::string::npos) line = last + 1;
    if (hole == std::string_view::npos) break;
    size_t close = text.find('$', hole + 1);
    std::string_view name = text.substr(hole + 1, close - hole - 1);
    auto value = std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.first == name; });
    if (close == std::string_view::npos || value == values.end())
      throw std::logic_error("no value for the hole $" + std::string(name) + "$");
    text.remove_prefix(close + 1);
    bool alone =
        std::all_of(result.begin() + static_cast<std::ptrdiff_t>(line), result.end(), [](char c) { return c == ' '; });
    if (alone && value->second.empty() && !text.empty() && text[0] == '\n') {
      result.resize(line);
      text.remove_prefix(1);
      continue;
    }
    std::string shown = value->second;
    if (alone) {
      while (!shown.empty() && shown.back() == '\n') shown.pop_back();
      int column = static_cast<int>(result.size() - line);
      result.resize(line);
      shown = indent(shown, column);
    }
    result += shown;
  }
  return result;
}

std::string identifier(std::string_view name) {
  std::string result;
  for (char c : name) result += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  if (result.empty() || std::isdigit(static_cast<unsigned char>(result[0]))) result.insert(0, "_");
  if (std::binary_search(std::begin(kReserved), std::end(kReserved), result)) result += '_';
  return result;
}

std::string namespace_name(std::string_view name) {
  std::string result = identifier(name);
  if (std::binary_search(std::begin(kGlobal), std::end(kGlobal), result)) result += '_';
  return result;
}

bool mentions(std::string_view text, std::string_view variable) {
  auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  for (size_t at = 0; (at = text.find(variable, at)) != std::string_view::npos; at += variable.size()) {
    size_t end = at + variable.size(), line = text.rfind('\n', at) + 1;  // 0 where there is none
    std::string_view before = text.substr(line, at - line);
    bool is_whole = (before.empty() || (!is_word(before.back()) && before.back() != '.')) &&
                    (end == text.size() || !is_word(text[end]));
    if (is_whole && before.find("//") == std::string_view::npos) return true;
  }
  return false;
}

std::string Names::unique(std::string_view name) {
  std::string wanted = identifier(name), result = wanted;
  for (int i = 2; !taken_.insert(result).second; ++i) result = wanted + "_" + std::to_string(i);
  return result;
}

void Names::take_surroundings() {
  for (const char* word : {"nn",
                           "std",
                           "w",
                           "t",
                           "s",
                           "T",
                           "kept",
                           "sums",
                           "uniform",
                           "totals",
                           "gradient",
                           "state",
                           "weight",
                           "weights",
                           "samples",
                           "lane",
                           "count",
                           "inside",
                           "value",
                           "sample",
                           "result",
                           "network",
                           "row",
                           "tail",
                           "step",
                           "begin",
                           "end",
                           "in",
                           "out",
                           "target",
                           "first",
                           "block",
                           "blocks",
                           "Inputs",
                           "Outputs",
                           "Targets",
                           "Sample",
                           "Result",
                           "SampleGradient",
                           "ResultGradient",
                           "Weights",
                           "Options",
                           "Step",
                           "Trainer",
                           "Network",
                           "OutputGradients",
                           "InputGradients",
                           "Workspace",
                           "Parameters"}) {
    unique(word);
  }
}

std::string float_literal(double value) {
  auto rounded = static_cast<float>(value);
  if (std::isnan(rounded)) return "nn::kNaN";
  if (std::isinf(rounded)) return std::string(rounded < 0 ? "-" : "") + "nn::kInfinity";
  return shortest(rounded) + "f";
}

std::string double_literal(double value) {
  if (std::isnan(value)) return "std::numeric_limits<double>::quiet_NaN()";
  if (std::isinf(value)) return std::string(value < 0 ? "-" : "") + "std::numeric_limits<double>::infinity()";
  return shortest(value);
}

}  // namespace nnc::emit
