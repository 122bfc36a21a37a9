// Complaints of the elaborator: each mistake once, with the uses that led to it, and a limit on work.
#include "compiler/sema/elaborator.h"

namespace nnc::sema {
namespace {

/// What one compilation may cost before it is called off: a second or two.
constexpr size_t kMostWork = 2'000'000;

}  // namespace

/// A number has no place of its own: what goes wrong with it is shown at the expression that was looked at last.
/// What goes wrong in a text of the library is shown at its use in the user's.
Diagnostic& Elaborator::error(DiagnosticKind kind, Span span, std::string text) {
  if (!span.source) span = here_;
  if (!reported_.emplace(kind, span.source, span.begin, span.end).second) return repeated_;
  auto use = uses_.rbegin();
  Span shown = span;
  for (; files_.is_library(shown.source) && use != uses_.rend(); ++use) shown = use->span;
  Diagnostic& made = diagnostics_.error(kind, shown, std::move(text));
  if (shown.source != span.source) made.note(span, "it happens here");
  constexpr size_t kMostNotes = 3;
  for (size_t notes = 0; use != uses_.rend() && notes < kMostNotes; ++use, ++notes) {
    made.note(use->span, "in this use of `" + use->declaration->name.text + "`");
  }
  return made;
}

Diagnostic& Elaborator::warning(DiagnosticKind kind, Span span, std::string text) {
  if (!reported_.emplace(kind, span.source, span.begin, span.end).second) return repeated_;
  return diagnostics_.warning(kind, span, std::move(text));
}

Value Elaborator::not_supported(Span span, const std::string& what) {
  error(DiagnosticKind::NotSupported, span, what + " not supported yet");
  return {};
}

bool Elaborator::spend(Span span, size_t units) {
  if (is_exhausted_) return false;
  work_ += units;
  if (work_ <= kMostWork) return true;
  is_exhausted_ = true;
  error(DiagnosticKind::TooMuchWork, span,
        "this takes too long to work out: more than " + std::to_string(kMostWork) + " steps")
      .hint("are the sizes meant to be so large?");
  return false;
}

}  // namespace nnc::sema
