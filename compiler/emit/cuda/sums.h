// What a schedule sums up over samples: lanes by themselves, then blocks, then the grid.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "compiler/kernel/program.h"

namespace nnc::emit::cuda {

/// The sums of one schedule. Products of lanes and sums of rows are a block's `totals`; sums inside nests are kept lane
/// by lane in `sums`, and folded into totals when the block has no more tiles. A grid then adds the totals of its
/// blocks.
class Sums {
 public:
  explicit Sums(const kernel::Program& program);

  bool empty() const { return totals_.empty(); }
  bool has_lanes() const { return !program_.accumulators.empty(); }
  /// Fields of the structs of totals and of sums of lanes.
  std::string total_fields() const;
  std::string lane_fields() const;
  /// Statements that fold `block.sums` into `block.totals`.
  std::string fold_lanes() const;
  /// Statements of a grid that add the totals of `count` blocks to `gradient` and `uniform`.
  std::string add_blocks() const;
  /// Numbers of the largest sum.
  int64_t largest() const;

  /// Fields of `totals`.
  std::string field(const kernel::Outer& outer) const;
  std::string field(const kernel::LaneSum& sum) const;

 private:
  struct Total {
    std::string name;
    int64_t rows;
    int64_t columns;
    std::string target;  // `gradient + 128`
    int64_t row_step;
  };
  using Key =
      std::tuple<const ir::Tensor*, int64_t, int64_t, int64_t, int64_t>;  // tensor, offset, rows, columns, row step

  void add(const Key& key, const std::string& name, const std::string& target);
  std::string target(const ir::Tensor& tensor, int64_t offset) const;

  const kernel::Program& program_;
  std::map<const ir::Tensor*, std::string> lane_totals_;  // the field of an accumulator's total
  std::map<Key, size_t> numbers_;
  std::vector<Total> totals_;
};

}  // namespace nnc::emit::cuda
