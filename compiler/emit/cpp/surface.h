// One schedule as C++: its structs, its step functions, and the function that runs a tile through them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "compiler/emit/body.h"
#include "compiler/emit/cpp/functions.h"
#include "compiler/emit/model.h"
#include "compiler/emit/text.h"
#include "compiler/sema/program.h"

namespace nnc::emit::cpp {

/// Prints a schedule for tiles of lanes. Names are prefixed by the surface: StepTile, step_tile.
class Surface {
 public:
  /// `word`: "infer", "step" or "backward".
  Surface(const Model& model, const kernel::Program& program, std::string word, Functions& functions);

  /// Structs, constant tables left out, then a function for each nest and product that no surface before has, then
  /// <word>_tile.
  std::string structs() const;
  std::string functions();
  /// `before` and `after` as functions over uniform values; empty where there is nothing.
  std::string uniform_functions();

  bool has_kept() const;
  bool has_sums() const { return !sums_.empty(); }
  bool has_before() const { return !program_.before.groups.empty(); }
  bool has_after() const { return !program_.after.groups.empty(); }
  const kernel::Program& program() const { return program_; }
  std::string tile_type() const { return type_ + "Tile"; }
  std::string kept_type() const { return type_ + "Kept"; }
  std::string sums_type() const { return type_ + "Sums"; }
  /// Statements that add a worker's sums, `sums`, to `gradient` and `uniform`.
  std::string add_sums() const;
  /// `tasks` scatter calls: the text of a function body that runs task number `task` over a chunk.
  std::string scatter_dispatch() const;
  int scatter_tasks() const;
  /// The buffer of a module's tensor as `t.name`, and of a named one.
  std::string rows_pointer(const ir::Tensor& tensor) const;

 private:
  struct Sum {
    std::string name;
    std::string type;    // element count as C++
    std::string add_to;  // the statement that adds it up
  };
  using SumKey = std::tuple<std::string, int64_t, int64_t, int64_t, int64_t>;
  /// What a lane is, and where the functions over a tile are: vectors of floats, or doubles one by one.
  Lanes lanes() const;
  std::string runtime() const;
  void find_sums();
  std::string sum_target(const ir::Tensor& tensor, int64_t offset) const;
  std::string step_call(const kernel::Step& step, std::string& functions);
  std::string without_absent(const std::string& rows, int64_t count);
  std::string nest_call(const kernel::Nest& nest, std::string& functions);
  std::string product_call(const kernel::Product& product, std::string& functions);
  void scatter_function(const kernel::Scatter& scatter, std::string& functions);
  std::vector<Parameter> surroundings() const;
  std::string comment(Span span) const;

  const Model& model_;
  const kernel::Program& program_;
  std::string word_;
  std::string type_;
  Functions& functions_;
  std::map<SumKey, Sum> sums_;
  std::set<std::string> cleared_;
  std::vector<std::string> scatter_calls_;  // with a hole for the axis' value
};

}  // namespace nnc::emit::cpp
