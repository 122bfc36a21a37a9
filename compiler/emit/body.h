// The inside of generated functions: nests of loops, and what stands at the end of a product. C++ and CUDA share it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/emit/spelling.h"
#include "compiler/emit/text.h"
#include "compiler/kernel/program.h"

namespace nnc::emit {

/// What a lane is where the text stands.
enum class Lanes {
  vectors,  // nn::Vec at samples s … s + kLanes - 1 of a tile x[feature][T]
  one,      // a float: the only sample of its tile x[feature]
  thread,   // a float: sample `lane` of a tile x[feature][T]
  each,     // a double: sample `lane` of a tile x[feature][T], in a loop over all of them
  none,     // no samples: uniform values
};

/// A buffer of the tile as a function sees it: a pointer to its first lane.
struct Argument {
  std::string name;
  std::string type;     // `const float*` where the function only reads
  std::string pointer;  // what a caller that has the tile hands over: `t.color`
};

/// The pointers that a body reads and writes: `w` parameters, `gradient`, `uniform` values, `t` and `kept` tiles,
/// `sums` of lanes.
class Body {
 public:
  Body(const kernel::Program& program, Lanes lanes);

  /// From here on tile buffers are arguments of a function, by their own names; without it they are members of `t` and
  /// `kept`. Those of a nest, of a product, and of rows that are read or written.
  void take_arguments(const kernel::Nest& nest);
  void take_arguments(const kernel::Product& product);
  /// Those that `text` mentions, in the order of their first use.
  std::vector<Argument> arguments(const std::string& text) const;

  /// The loops of a nest. Indices in `bound` are variables of the surroundings.
  std::string nest(const kernel::Nest& nest, const std::vector<const ir::Index*>& bound = {});
  /// What a product does with each of its values: statements over the row `m` (and the samples), the value named by
  /// `value`.
  std::string epilogue(const kernel::Product& product, const std::string& value);
  /// The scalar code of an update: `nest` over elements that lie side by side, every old value loaded before a new one
  /// is stored.
  std::string elements(const kernel::Nest& nest);
  /// After `elements`: the value of a tensor in it.
  std::string value_of(const ir::Tensor& tensor) const;
  /// What a bound index is called.
  const std::string& name_of(const ir::Index& index) const { return index_names_.at(&index); }
  /// The name of the row in epilogues.
  std::string row_name(const kernel::Product& product);

  /// The place of a feature in a tile buffer, as C++: a pointer to its lanes, or a reference to its one.
  std::string tile_pointer(int buffer, int64_t feature) const;
  /// Where the tensor's sums of lanes stand.
  static std::string sums_name(const ir::Tensor& tensor) { return identifier(tensor.name); }
  static std::string table_name(const ir::Tensor& tensor) { return identifier(tensor.name); }

 private:
  std::string rows_pointer(const ir::Tensor& tensor) const;
  void take_argument(int buffer, bool is_written);
  void take_arguments(const kernel::Statement& statement);
  std::string buffer_name(int buffer) const;
  void note_sums(const kernel::Nest& nest);
  std::string group(const kernel::Group& group);
  void find_whole_rows(const kernel::Group& group);
  std::vector<const kernel::Statement*> bundle_of(const kernel::Statement& first, const kernel::Group& group,
                                                  const std::set<const kernel::Statement*>& done) const;
  void count_uses(const ir::Node* node);
  void statement(const kernel::Statement& statement, int depth);
  Text lanes_of(const ir::Equation& equation, int depth);
  void scatter(const std::vector<const kernel::Statement*>& bundle, int depth);
  void put(const kernel::Statement& statement, const Text& value, int depth);
  Text reduce(const kernel::Statement& statement, const std::vector<const ir::Index*>& reduced, int depth);

  int level(const ir::Node* node);
  bool is_gather(const ir::Node* node) const;
  /// Gives the node's text, after naming what is worth a name below it.
  Text use(const ir::Node* node, int at_level);
  Text inline_text(const ir::Node* node, int at_level);
  Text read(const ir::Node* node, int at_level);
  Text gather(const ir::Node* node);
  bool deserves_name(const ir::Node* node, int at_level);
  std::string suggested_name(const ir::Node* node) const;
  Text place_in(const ir::Node* place, int64_t size, int at_level);
  std::string element(const ir::Tensor& tensor, const std::vector<const ir::Node*>& at, int at_level);
  /// The same where the tensor lies by itself, row-major.
  std::string own_element(const ir::Tensor& tensor, const std::vector<const ir::Node*>& at, int at_level);
  /// Σ strides · places behind `base`, clamped where they could leave the tensor.
  std::string clamped_element(std::string base, const ir::Tensor& tensor, const std::vector<const ir::Node*>& at,
                              const std::vector<int64_t>& strides, int at_level);
  std::string row_of(const ir::Tensor& tensor, const std::vector<const ir::Node*>& at, int64_t features, int at_level);
  std::string type_name(ir::Type type) const;
  /// Where the functions that touch memory are.
  std::string runtime() const;
  /// Whether a lane is a number and not a vector of them.
  bool has_scalar_lanes() const;
  std::string load(const std::string& pointer) const;
  std::string store(const std::string& pointer, const std::string& value) const;
  std::string lane_pointer(const std::string& base, const std::string& feature) const;
  void line(int level, std::string text);

  const kernel::Program& program_;
  Lanes lanes_;
  Names names_;
  std::vector<std::pair<int, Argument>> arguments_;
  std::map<const ir::Index*, std::string> index_names_;
  std::map<const ir::Index*, int> index_levels_;
  std::map<const ir::Tensor*, std::string> variables_;
  std::map<const ir::Tensor*, int> variable_levels_;
  std::set<const ir::Tensor*> added_;  // to which several statements add up
  std::map<const ir::Node*, Text> named_;
  std::map<const ir::Node*, int> uses_;
  std::map<const ir::Node*, int> levels_;
  std::map<std::pair<const ir::Tensor*, std::vector<const ir::Node*>>, std::string> rows_;
  std::set<std::pair<const ir::Tensor*, std::vector<const ir::Node*>>> whole_rows_;
  std::map<const ir::Node*, const ir::Node*> meanings_;
  const ir::Node* hinted_ = nullptr;  // takes the name of the value that it is
  std::string name_hint_;
  std::vector<std::string> lines_;  // by level
  bool needs_inside_ = false;
  bool loads_first_ = false;  // every read of a tile is a variable, at the top
};

}  // namespace nnc::emit
