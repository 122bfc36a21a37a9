// nnc: a compiler from networks to source code.
#include <cstdlib>
#include <iostream>

#include "compiler/driver/compile.h"
#include "compiler/driver/options.h"

namespace {

using namespace nnc;

enum ExitStatus { kDone = 0, kMistake = 1 };  // wrong use of the command line is 2

void show(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics.all()) std::cerr << render(diagnostic);
}

int run(const driver::Options& options) {
  Sources sources;
  Diagnostics diagnostics;
  const driver::Result result = driver::compile(options, sources, diagnostics);
  if (diagnostics.ok()) {
    if (std::string error = driver::write_files(result.files); !error.empty()) {
      diagnostics.error(DiagnosticKind::UnwritableFile, {}, "cannot write " + error);
    }
  }
  std::cout << result.text << std::flush;
  if (!std::cout) diagnostics.error(DiagnosticKind::UnwritableFile, {}, "cannot write to standard output");
  show(diagnostics);
  return diagnostics.ok() ? kDone : kMistake;
}

}  // namespace

int main(int argc, char** argv) {
  int exit_status = kDone;
  if (const auto options = driver::parse_options(argc, argv, exit_status)) exit_status = run(*options);
  std::cout << std::flush;
  std::quick_exit(exit_status);  // taking the parser's tables apart would cost a millisecond
}
