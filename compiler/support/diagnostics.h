// Complaints: what is wrong, where, of which kind, with further places and a hint. Stages add them; only the driver
// shows them.
#pragma once

#include <string>
#include <vector>

#include "compiler/support/source.h"

namespace nnc {

/// Every kind of message, each provoked by a test. The list is `diagnostic_kinds.def`, sorted, a line each.
enum class DiagnosticKind {
#define NNC_DIAGNOSTIC(name) name,
#include "compiler/support/diagnostic_kinds.def"
#undef NNC_DIAGNOSTIC
};

/// "MissingArgument"
const char* name(DiagnosticKind kind);

enum class Severity { error, warning };

struct Diagnostic {
  struct Note {
    Span span;
    std::string text;
  };
  Severity severity;
  DiagnosticKind kind;
  Span span;
  std::string text;
  std::vector<Note> notes = {};
  std::string hint_text = {};

  /// Adds a second place: "`y` has size 3 here".
  Diagnostic& note(Span where, std::string what) {
    notes.push_back({where, std::move(what)});
    return *this;
  }
  /// Says what to write instead.
  Diagnostic& hint(std::string what) {
    hint_text = std::move(what);
    return *this;
  }
};

/// The complaints of one compilation, in the order in which they were made.
class Diagnostics {
 public:
  /// The text is lower case, without a full stop, names in backquotes. The reference holds until the next complaint.
  Diagnostic& error(DiagnosticKind kind, Span span, std::string text) {
    ++errors_;
    return all_.emplace_back(Diagnostic{Severity::error, kind, span, std::move(text)});
  }
  Diagnostic& warning(DiagnosticKind kind, Span span, std::string text) {
    return all_.emplace_back(Diagnostic{Severity::warning, kind, span, std::move(text)});
  }
  int errors() const { return errors_; }
  bool ok() const { return errors_ == 0; }
  const std::vector<Diagnostic>& all() const { return all_; }

 private:
  std::vector<Diagnostic> all_;
  int errors_ = 0;
};

/// The message as shown: place, text and kind, the source line with the range marked, notes, hint.
std::string render(const Diagnostic& diagnostic);

}  // namespace nnc
