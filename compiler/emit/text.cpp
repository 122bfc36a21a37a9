#include "compiler/emit/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace nnc::emit {

namespace {

/// Keywords of C++17 and C++20, macros that a model may be expected to name, and the namespaces that generated code
/// names.
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

/// Short names of functions, variables and types that headers of the C library and of POSIX put where namespaces stand.
constexpr std::string_view kGlobal[] = {
    "a64l",       "abort",    "abs",      "accept",      "access",   "acos",      "acosf",      "acosh",
    "acoshf",     "acoshl",   "acosl",    "alloca",      "asctime",  "asin",      "asinf",      "asinh",
    "asinhf",     "asinhl",   "asinl",    "asprintf",    "atan",     "atan2",     "atan2f",     "atan2l",
    "atanf",      "atanh",    "atanhf",   "atanhl",      "atanl",    "atexit",    "atof",       "atoi",
    "atol",       "atoll",    "basename", "bcmp",        "bcopy",    "bind",      "blkcnt64_t", "blkcnt_t",
    "blksize_t",  "bsearch",  "btowc",    "bzero",       "caddr_t",  "calloc",    "cbrt",       "cbrtf",
    "cbrtl",      "ceil",     "ceilf",    "ceill",       "clearenv", "clearerr",  "clock",      "clock_t",
    "clockid_t",  "clone",    "close",    "connect",     "copysign", "cos",       "cosf",       "cosh",
    "coshf",      "coshl",    "cosl",     "ctermid",     "ctime",    "cuserid",   "daddl",      "daddr_t",
    "daylight",   "ddivl",    "dev_t",    "dfmal",       "difftime", "div",       "div_t",      "dmull",
    "double_t",   "dprintf",  "drem",     "dremf",       "dreml",    "dsqrtl",    "dsubl",      "dup",
    "dysize",     "ecvt",     "erf",      "erfc",        "erfcf",    "erfcl",     "erff",       "erfl",
    "error_t",    "exit",     "exp",      "exp10",       "exp10f",   "exp10l",    "exp2",       "exp2f",
    "exp2l",      "expf",     "expl",     "expm1",       "expm1f",   "expm1l",    "fabs",       "fabsf",
    "fabsl",      "fadd",     "faddl",    "fclose",      "fcvt",     "fdim",      "fdimf",      "fdiml",
    "fdiv",       "fdivl",    "fdopen",   "feof",        "ferror",   "fflush",    "ffma",       "ffmal",
    "ffs",        "ffsl",     "ffsll",    "fgetc",       "fgetpos",  "fgets",     "fgetwc",     "fgetws",
    "fileno",     "finite",   "finitef",  "finitel",     "float_t",  "floor",     "floorf",     "floorl",
    "fma",        "fmaf",     "fmal",     "fmax",        "fmaxf",    "fmaximum",  "fmaxl",      "fmaxmag",
    "fmaxmagf",   "fmaxmagl", "fmemopen", "fmin",        "fminf",    "fminimum",  "fminl",      "fminmag",
    "fminmagf",   "fminmagl", "fmod",     "fmodf",       "fmodl",    "fmul",      "fmull",      "fopen",
    "fpos64_t",   "fpos_t",   "fprintf",  "fputc",       "fputs",    "fputwc",    "fputws",     "fread",
    "free",       "freopen",  "frexp",    "frexpf",      "frexpl",   "fromfp",    "fromfpf",    "fromfpl",
    "fromfpx",    "fromfpxf", "fromfpxl", "fsblkcnt_t",  "fscanf",   "fseek",     "fseeko",     "fsetpos",
    "fsfilcnt_t", "fsid_t",   "fsqrt",    "fsqrtl",      "fsub",     "fsubl",     "ftell",      "ftello",
    "fwide",      "fwprintf", "fwrite",   "fwscanf",     "gamma",    "gammaf",    "gammal",     "gcvt",
    "getc",       "getchar",  "getcpu",   "getdate",     "getdelim", "getenv",    "getline",    "getpt",
    "getw",       "getwc",    "getwchar", "gid_t",       "gmtime",   "grantpt",   "hypot",      "hypotf",
    "hypotl",     "id_t",     "ilogb",    "ilogbf",      "ilogbl",   "index",     "ino64_t",    "ino_t",
    "int16_t",    "int32_t",  "int64_t",  "int8_t",      "intmax_t", "intptr_t",  "iovec",      "isalnum",
    "isalpha",    "isascii",  "isblank",  "iscntrl",     "isctype",  "isdigit",   "isgraph",    "isinff",
    "isinfl",     "islower",  "isnanf",   "isnanl",      "isprint",  "ispunct",   "isspace",    "isupper",
    "isxdigit",   "j0",       "j0f",      "j0l",         "j1",       "j1f",       "j1l",        "jn",
    "jnf",        "jnl",      "key_t",    "l64a",        "labs",     "lconv",     "ldexp",      "ldexpf",
    "ldexpl",     "ldiv",     "ldiv_t",   "lgamma",      "lgammaf",  "lgammal",   "link",       "listen",
    "llabs",      "lldiv",    "lldiv_t",  "llogb",       "llogbf",   "llogbl",    "llrint",     "llrintf",
    "llrintl",    "llround",  "llroundf", "llroundl",    "locale_t", "loff_t",    "log",        "log10",
    "log10f",     "log10l",   "log1p",    "log1pf",      "log1pl",   "log2",      "log2f",      "log2l",
    "logb",       "logbf",    "logbl",    "logf",        "logl",     "lrint",     "lrintf",     "lrintl",
    "lround",     "lroundf",  "lroundl",  "lseek",       "madvise",  "main",      "malloc",     "memccpy",
    "memchr",     "memcmp",   "memcpy",   "memfrob",     "memmem",   "memmove",   "mempcpy",    "memrchr",
    "memset",     "mincore",  "mkdtemp",  "mkostemp",    "mkstemp",  "mkstemps",  "mktemp",     "mktime",
    "mlock",      "mlock2",   "mlockall", "mmap",        "mode_t",   "modf",      "modff",      "modfl",
    "mprotect",   "mremap",   "msync",    "munlock",     "munmap",   "nan",       "nanf",       "nanl",
    "nextdown",   "nextup",   "nextupf",  "nextupl",     "nice",     "nlink_t",   "obstack",    "off64_t",
    "off_t",      "open",     "pause",    "pclose",      "perror",   "pid_t",     "pipe",       "popen",
    "pow",        "powf",     "powl",     "printf",      "pselect",  "pthread_t", "ptrdiff_t",  "ptsname",
    "putc",       "putchar",  "putenv",   "puts",        "putw",     "putwc",     "putwchar",   "raise",
    "rand",       "random",   "read",     "realloc",     "realpath", "recv",      "register_t", "remainder",
    "remove",     "remquo",   "remquof",  "remquol",     "rename",   "renameat",  "rewind",     "rindex",
    "rint",       "rintf",    "rintl",    "round",       "roundf",   "roundl",    "rpmatch",    "scalb",
    "scalbf",     "scalbl",   "scalbln",  "scalblnf",    "scalblnl", "scalbn",    "scalbnf",    "scalbnl",
    "scanf",      "select",   "send",     "setbuf",      "setenv",   "setns",     "setstate",   "setvbuf",
    "sigevent",   "signal",   "signgam",  "significand", "sigset_t", "sin",       "sincos",     "sincosf",
    "sincosl",    "sinf",     "sinh",     "sinhf",       "sinhl",    "sinl",      "size_t",     "sleep",
    "snprintf",   "socket",   "sprintf",  "sqrt",        "sqrtf",    "sqrtl",     "srand",      "srandom",
    "sscanf",     "ssize_t",  "stat",     "stderr",      "stdin",    "stdout",    "stpcpy",     "stpncpy",
    "strcat",     "strchr",   "strcmp",   "strcoll",     "strcpy",   "strcspn",   "strdup",     "strerror",
    "strfromd",   "strfromf", "strfroml", "strfry",      "strftime", "strlen",    "strncat",    "strncmp",
    "strncpy",    "strndup",  "strnlen",  "strpbrk",     "strptime", "strrchr",   "strsep",     "strspn",
    "strstr",     "strtod",   "strtof",   "strtok",      "strtol",   "strtold",   "strtoll",    "strtoq",
    "strtoul",    "strtoull", "strtouq",  "strxfrm",     "swprintf", "swscanf",   "sync",       "system",
    "tan",        "tanf",     "tanh",     "tanhf",       "tanhl",    "tanl",      "tempnam",    "tgamma",
    "tgammaf",    "tgammal",  "time",     "time_t",      "timegm",   "timer_t",   "timespec",   "timeval",
    "timex",      "timezone", "tm",       "tmpfile",     "tmpnam",   "toascii",   "tolower",    "toupper",
    "trunc",      "truncf",   "truncl",   "tzname",      "tzset",    "ufromfp",   "ufromfpf",   "ufromfpl",
    "ufromfpx",   "uid_t",    "uint",     "uint16_t",    "uint32_t", "uint64_t",  "uint8_t",    "uintmax_t",
    "uintptr_t",  "ulong",    "ungetc",   "ungetwc",     "unlink",   "unlockpt",  "unsetenv",   "unshare",
    "useconds_t", "ushort",   "valloc",   "vdprintf",    "vprintf",  "wait",      "wint_t",     "wprintf",
    "write",      "wscanf",   "y0",       "y0f",         "y0l",      "y1",        "y1f",        "y1l",
    "yn",         "ynf",      "ynl"};

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
