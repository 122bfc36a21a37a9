// What equations read and write, in elements and bytes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/kernel/program.h"
#include "compiler/report/parts.h"
#include "compiler/report/report.h"
#include "compiler/report/words.h"

namespace nnc::report {

/// Bytes of an element in the tile or among uniform values.
int64_t element_bytes(const kernel::Program& program, ir::Type type);
/// As C++ has it in the tile: `float`.
std::string element_name(const kernel::Program& program, ir::Type type);

/// Adds up what one step touches: an element that several of its equations read counts once.
class Accesses {
 public:
  Accesses(const kernel::Program& program, const Parts& parts, const Words& words)
      : program_(program), parts_(parts), words_(words) {}

  /// `part`: that the step reads for.
  void read(const ir::Equation& equation, Part part);
  /// `is_sum`: over the samples.
  void write(const ir::Equation& equation, bool is_sum);
  /// That many elements at places that are the same for all samples, or of a tile's rows.
  void read(const ir::Tensor* tensor, int64_t elements, Part part) {
    note(reads_, {tensor, false, false, part != Part::forward, elements});
  }
  void write(const ir::Tensor* tensor, int64_t elements) { note(writes_, {tensor, false, false, false, elements}); }
  void sum_up(const ir::Tensor* tensor, int64_t elements) { note(writes_, {tensor, false, true, false, elements}); }

  std::vector<Access> reads() const { return listed(reads_); }
  std::vector<Access> writes() const { return listed(writes_); }

 private:
  struct Touched {
    const ir::Tensor* tensor;
    bool is_computed;
    bool is_sum;
    bool for_gradients;
    int64_t elements;
  };
  using All = std::vector<Touched>;
  static void note(All& all, const Touched& more);
  std::vector<Access> listed(const All& all) const;

  const kernel::Program& program_;
  const Parts& parts_;
  const Words& words_;
  All reads_, writes_;
  std::vector<const ir::Node*> seen_;
};

}  // namespace nnc::report
