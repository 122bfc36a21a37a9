// What a model costs and what became of it: parameters, work, memory, steps, buffers. Computed from its schedules, as
// data; text.h and page.h show it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/emit/model.h"
#include "compiler/report/network.h"

namespace nnc::report {

/// Operations for one sample.
struct Work {
  int64_t multiply_adds = 0;  // of products
  int64_t other = 0;          // sums, products, quotients, max, min of reals, outside products
  int64_t costly = 0;         // exp, tanh, sqrt, …
  int64_t integer = 0;
  int64_t selects = 0;
  int64_t gathers = 0;  // reads at computed places

  /// A multiply-add is two, each other operation on reals one.
  int64_t flop() const { return 2 * multiply_adds + other + costly; }
  Work& operator+=(const Work& more);
  friend Work operator-(const Work& all, const Work& some);
  friend bool operator==(const Work&, const Work&) = default;
};

/// What a step is a part of: the outputs and the loss, their gradients, or what is computed a second time.
enum class Part : uint8_t { forward, backward, again };

/// Where numbers lie that a step reads or writes.
enum class Where : uint8_t {
  tile,       // a buffer of the tile
  params,     // the parameters
  tables,     // constants of the source
  uniforms,   // values that belong to no sample
  gradients,  // the gradients of parameters
  sums,       // what a worker adds up over its samples
};
struct Access {
  std::string name;
  std::string value;  // of which that is a piece
  Where where;
  bool is_computed;  // at computed places, which differ from sample to sample
  int64_t elements;  // of one sample in the tile or at computed places, else of all samples of a tile together
  int64_t bytes;
  int buffer;          // of the tile; -1: another place
  bool for_gradients;  // by what is not of the forward part
  bool is_per_sample;  // else the samples of a tile share it
};

/// A line of a step's text.
struct Fused {
  std::string name;      // what it computes
  std::string value;     // of which that is a piece: `hash_grid_0.slot`, `d_relu_0`
  std::string equation;  // as the IR writes it
  Part part;
};

enum class StepKind : uint8_t { product, outer, lane_sum, nest, clear, scatter, before, after };
struct Step {
  StepKind kind;
  int number;                               // from 1, in the order in which they run; `before` is 0
  std::vector<std::string> makes;           // what it leaves for others, or the last of what it computes
  std::string form;                         // `linear_0.weight [64, 32] · x`; of nests their loops
  std::string place;                        // `image.nn:9`
  std::vector<std::string> words;           // of the model's text: `linear(width)`, `relu`
  std::vector<const sema::Tensor*> values;  // of the model's, that it computes
  std::vector<Fused> fused;
  Work forward, backward, again;
  std::vector<Access> reads, writes;
  int64_t tasks = 0;       // of a scatter: how many workers can share it
  std::string tasks_axis;  // the index whose values they have; empty: none is proved to never meet

  Work work() const;
};

/// A buffer of the tile, and from which to which step what is in it is wanted.
struct Buffer {
  std::string name;
  std::vector<std::string> parts;  // other tensors that are made in it in place
  std::string type;
  int64_t elements;  // of one sample
  int64_t bytes;     // of a tile, or of one sample
  int first;         // the step that first writes it; 0: it holds the caller's rows
  int last;          // the step that last reads it; one more than all steps: it goes into the caller's rows
  bool is_kept;      // outlives its tile, for scatters
};

/// A value of the forward pass that the backward pass reads, and how it comes to have it.
struct Kept {
  enum class How : uint8_t { in_tile, for_scatters, again };
  std::string name;
  int64_t elements;  // of one sample
  How how;
  std::string why;
  std::vector<int> readers;  // numbers of steps
};

/// Rows of the caller's: what of one sample.
struct Row {
  enum class Kind : uint8_t { input, target, output, output_gradient, input_gradient };
  Kind kind;
  std::string name;
  sema::Shape shape;
  std::string type;
  int64_t bytes;
};

/// One way of calling the model.
struct Surface {
  std::string name;  // `infer`, `step`, `backward`, `differentiate`
  std::string about;
  int samples = 0;  // that go through the steps together: a tile's, or one on its stack
  std::vector<Row> read, written;
  std::vector<Step> steps;
  std::vector<Buffer> buffers;
  std::vector<Kept> kept;
  Work forward, backward, again;
  int64_t gathered = 0;    // bytes of a sample, at computed places outside the tile
  int64_t scattered = 0;   // bytes of a sample, read and written again
  int64_t params = 0;      // bytes of parameters, and of what is made of them once a batch, that a tile reads
  int64_t tile_bytes = 0;  // of all buffers
  int64_t kept_bytes = 0;  // of a tile, that outlive it
  int64_t sums = 0;        // numbers that a worker adds up over its samples

  Work work() const;
  int64_t read_bytes() const;     // the caller's rows, of one sample
  int64_t written_bytes() const;  // the same
  /// Flop a byte of rows, gathers and scatters; with the parameters of a tile shared by its samples.
  double intensity() const;
  double intensity_with_params() const;
};

struct Param {
  std::string name;
  std::string place;
  sema::Shape shape;
  int64_t count;
  std::string start;      // `uniform in ±0.125`
  std::string optimizer;  // `optimizer_0`; empty: none has it
  bool is_frozen;
  int64_t state_count = 0;  // numbers that the optimizer keeps of it
  int64_t bytes() const;
};
struct Optimizer {
  std::string name;
  std::string text;  // as the model says it
  std::string place;
  std::vector<std::string> states;  // `m`, `v`
  int64_t params = 0;               // numbers that it updates
  int64_t state_count = 0;          // numbers that it keeps of them
  int64_t numbers = 0;              // that are one for all, in double
  int64_t read = 0;                 // bytes of an update of all of them: parameters, gradients, what is kept
  int64_t written = 0;
  int64_t flop = 0;           // of an update, where each element is updated by itself
  bool is_by_element = true;  // false: some parameter's update needs all of its elements, and has no count
  int64_t bytes() const;
};

/// What is said of a target.
struct Target {
  /// A cache that a tile should fit, the nearest first.
  struct Cache {
    std::string name;
    int64_t bytes;
  };
  std::string name;  // `C++`
  int tile;          // samples
  std::vector<Cache> caches;
};

struct Report {
  std::string name;
  std::string place;
  Target target;
  std::string precision;  // of arithmetic
  std::vector<Param> params;
  int64_t param_count = 0;
  std::vector<Optimizer> optimizers;
  std::vector<Surface> surfaces;
  Network network;

  int64_t param_bytes() const;
  int64_t state_bytes() const;
};

/// The model must be scheduled for the target.
Report report(const emit::Model& model, const Target& target);

}  // namespace nnc::report
