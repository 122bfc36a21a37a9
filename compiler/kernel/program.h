// A schedule: the equations as steps over a tile of samples, with a place for every tensor. A lane is a sample; in a
// tile a tensor is stored feature-major, x[feature][T]. Targets print it; none of them decides anything.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/ir/ir.h"

namespace nnc::kernel {

/// What a target can do, as far as the schedule asks.
struct Target {
  std::string name;
  bool scatter_after_tiles;  // scatters run over a whole chunk of tiles, one owner an axis value; else inside the tile,
                             // atomically
};
const Target& cpu();
const Target& cuda();

/// Where a tensor's elements lie.
enum class Place : uint8_t {
  tile,      // a buffer of the tile: (offset + Σ stride · index) · T + lane
  variable,  // a variable of the nest that computes it
  array,     // an array of the nest that computes it, one value a lane
  param,     // the flat buffer of parameters
  gradient,  // the flat buffer of gradients, laid out as the parameters
  uniform,   // the flat buffer of values that belong to no sample
  constant,  // a table in the generated source
  scalar,    // a number handed to the function (`step`)
};

struct Storage {
  Place place;
  int buffer = -1;               // of the tile
  int64_t offset = 0;            // in elements
  std::vector<int64_t> strides;  // one a dimension, 0 for the samples

  bool operator==(const Storage&) const = default;
};

/// A buffer of the tile.
struct Buffer {
  std::string name;
  int64_t features;
  ir::Type type = ir::Type::real;
  bool kept = false;               // outlives its tile: read again when the chunk's scatters run
  std::string_view why_kept = {};  // and not computed again
};

/// How a statement's value meets what is at its place.
enum class Store : uint8_t {
  set,        // the first and only, or the first of several
  add,        // onto what earlier statements put there
  add_lanes,  // a sum over samples: into the worker's own vector of lanes
  scatter,    // at a computed place of a tensor without samples
};
struct Statement {
  ir::Equation equation;
  Store store = Store::set;
};

/// Statements with the same loops, one body after the other. `over` are the loops besides the samples, outermost first;
/// the other indices of a statement are its reductions, looped inside.
struct Group {
  std::vector<const ir::Index*> over;
  std::vector<Statement> statements;
};

/// Element-wise work, reductions over small axes, gathers and scatters, fused.
struct Nest {
  std::string name;
  Span span;
  bool has_lanes = true;  // false: uniform values, computed once and not per sample
  std::vector<Group> groups;
  std::map<const ir::Node*, const ir::Node*> meanings = {};  // of reads of its own values, for proofs about places
};

/// A matrix read in place: base[offset + row_step · m + term_step · k].
struct Matrix {
  const ir::Tensor* tensor;
  int64_t offset;
  int64_t row_step;
  int64_t term_step;
};
/// Rows of a tile buffer from `feature` on.
struct Rows {
  const ir::Tensor* tensor;
  int buffer;
  int64_t feature;
};

/// Numbers that products add to, one a row, side by side.
struct Start {
  const ir::Tensor* tensor;
  int64_t offset;  // of the first row's in its storage
};

/// out[m] = start[m] + Σ_k matrix[m, k] · x[k] for each lane, then the epilogue's equations over (sample, m).
struct Product {
  std::string name;
  Span span;
  const ir::Tensor* out;
  const ir::Index* row;  // m, as the epilogue's equations name it
  int64_t rows;
  int64_t terms;
  Matrix matrix;
  Rows x;
  int64_t out_feature;  // where `out` lies in its tile buffer, if it is stored
  Store store;
  std::vector<Statement> epilogue;
  std::optional<Start> start = {};  // none: from zero, or where `store` is add from what is there
};

/// gradient[m, k] += Σ_lanes dy[m] · x[k], in blocks of a worker's own, added up when the batch is done.
struct Outer {
  std::string name;
  Span span;
  const ir::Tensor* out;
  int64_t rows;
  int64_t terms;
  int64_t offset;    // of out[0, 0] in its storage
  int64_t row_step;  // between rows of out; terms lie next to each other
  Rows dy;
  Rows x;
};

/// gradient[m] += Σ_lanes x[m].
struct LaneSum {
  std::string name;
  Span span;
  const ir::Tensor* out;
  int64_t rows;
  int64_t offset;
  Rows x;
};

/// Sets all elements of a tensor to zero, where its contributions do not begin with one that covers it.
struct Clear {
  const ir::Tensor* tensor;
};

using Step = std::variant<Nest, Product, Outer, LaneSum, Clear>;

/// Scatters of a whole chunk of samples. The nest's statements are for one value of the axis.
struct Scatter {
  Nest nest;
  const ir::Index* axis =
      nullptr;  // its values never write to one place, so that each has its owner; null: one worker does all
};

/// Lane sums of a nest, one vector an element of `out`.
struct Accumulator {
  const ir::Tensor* out;
  int64_t elements;
};

/// The schedule of one module.
struct Program {
  ir::Module module;
  std::set<const ir::Tensor*> results;        // those of the module's outputs that the schedule is for
  scalar::Format real = scalar::Format::f32;  // what reals are computed in: f32 or f64
  std::vector<Buffer> buffers;
  std::map<const ir::Tensor*, Storage> storage;
  Nest before;  // uniform values that the tiles read
  std::vector<Step> tile;
  std::vector<Scatter> scatters;
  std::vector<Accumulator> accumulators;
  Nest after;                                  // uniform values that read what the tiles summed up
  int64_t uniforms = 0;                        // elements of the uniform buffer
  std::map<int64_t, std::string> param_names;  // what targets call the flat buffer's parameters, by offset
};

/// What `--print=kernels` shows.
std::string print(const Program& program);

}  // namespace nnc::kernel
