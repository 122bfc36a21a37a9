// The walk over a model's syntax that writes its program: an abstract interpreter whose values are numbers, tensors
// that are not written down yet, and things that can be called. One file for each part of the language:
//
//   expressions.cpp  numbers, scalar functions over whole tensors   names.cpp       what a name means
//   places.cpp       indices and slices                             reductions.cpp  sum, prod, max, min
//   known.cpp        what the compiler works out itself             tensors.cpp     values written down as tensors
//   calls.cpp        stages, blocks, repetition, instances          binding.cpp     arguments to formals, sizes
//   core_words.cpp   what the core calls by name                    sizes.cpp       integers that must be known
//   body.cpp         let, and the statements of a declaration       equation.cpp    equations for results
//   params.cpp       parameters and how they start                  model.cpp       inputs, outputs, blocks, loss
//   optimizer.cpp    which parameters an optimizer has, its stages  update.cpp      its text for one parameter
//   numbers.cpp      what is one for all parameters                 messages.cpp    complaints, limits on work
//   precision.cpp    rounded types                                  derivatives.cpp grad
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/sema/equations.h"
#include "compiler/sema/files.h"
#include "compiler/sema/slopes.h"
#include "compiler/sema/value.h"

namespace nnc::sema {

/// One use of a layer, or the model: what its uses and parameters are counted and named in.
struct Instance {
  std::string prefix;                    // "" for the model, "hash_grid_0." for a layer
  std::map<std::string, int> uses = {};  // of each declaration
  std::map<std::string, Instance*> children = {};
  std::map<std::string, const Tensor*> params = {};
  int pass = 0;  // which use of the block that this belongs to has made it; again in the same pass: a name used twice
  bool frozen = false;
  scalar::Format precision = scalar::Format::f32;  // of what it passes on, and of its parameters in computation
  bool is_active = false;                          // of a block: being used right now
};

/// A name that a text binds.
struct Local {
  std::string name;
  Value value;
  Span span;
};

/// The names that a text sees: its own, then those around it, then those of its file.
struct Scope {
  const FileScope* file = nullptr;
  Instance* instance = nullptr;
  const Scope* parent = nullptr;
  std::vector<Local> locals = {};
};

/// An argument as given: evaluated, with its place.
struct Given {
  std::optional<ast::Name> name;
  Value value;
  Span span;
};

/// What the caller has for a tensor: integers, or reals of a format.
struct DataType {
  Type type = Type::real;
  scalar::Format stored = scalar::Format::f32;
  bool is_declared = false;
  Width width = Width::as_computed;
};

/// What a type of other languages is called here, or an empty text: `float32` is `f32`.
std::string type_meant(const std::string& name);

/// An operand of a scalar function, and where it stands.
struct Operand {
  Value value;
  Span span;
};

/// A result of a declaration while its equations are read.
struct Result {
  struct Part {
    Shape from = {};                  // the box that it covers: from here
    Shape to = {};                    // up to here
    Value value = {};                 // over the box: of a whole equation, or where it is known
    std::vector<bool> is_fixed = {};  // of each dimension: one place, not an index
    std::vector<const Index*> over = {};
    std::vector<const Expr*> at = {};
    const Expr* body = nullptr;  // null where the value is known
    Span span = {};
  };
  const ast::Formal* formal = nullptr;
  std::optional<Shape> shape = {};
  std::vector<Part> parts = {};
  std::optional<Value> value = {};  // once it is complete
  bool has_failed = false;
};

class Elaborator {
 public:
  Elaborator(Files& files, const Options& options, Diagnostics& diagnostics)
      : files_(files), options_(options), diagnostics_(diagnostics) {}

  /// The model's program; with a mistake in it, what there is of it.
  Program model(const ast::Model& model, const FileScope& file);
  /// Complains about `-D` of constants that no file declares.
  void check_defines(const FileScope& main);

 private:
  // Messages (messages.cpp). A complaint made before, of that kind at that place, is not made again.
  Diagnostic& error(DiagnosticKind kind, Span span, std::string text);
  Diagnostic& warning(DiagnosticKind kind, Span span, std::string text);
  /// An UnknownType; the hint is what the type is called here, if that is one of `all`.
  Diagnostic& type_error(const ast::Name& type, std::string text, const std::string& all);
  Value unknown_name(const ast::Name& name, const Scope& scope);
  bool is_member_below(const ast::Name& name, const Scope& scope) const;
  Value not_supported(Span span, const std::string& what);
  /// Counts a unit of work; false, with one message, when there has been too much.
  bool spend(Span span, size_t units = 1);

  // expressions.cpp
  Value eval(const ast::Expr& expr, Scope& scope);
  Value eval_node(const ast::Number& node, const ast::Expr& expr, Scope& scope);
  Value eval_node(const ast::NameExpr& node, const ast::Expr& expr, Scope& scope);
  Value eval_node(const ast::MemberExpr& node, const ast::Expr& expr, Scope& scope);
  Value eval_node(const ast::UnaryExpr& node, const ast::Expr& expr, Scope& scope);
  Value eval_node(const ast::BinaryExpr& node, const ast::Expr& expr, Scope& scope);
  Value eval_node(const ast::SubscriptExpr& node, const ast::Expr& expr, Scope& scope);
  Value eval_node(const ast::ReduceExpr& node, const ast::Expr& expr, Scope& scope);
  Value eval_node(const ast::CallExpr& node, const ast::Expr& expr, Scope& scope);
  Value eval_node(const ast::ListExpr& node, const ast::Expr& expr, Scope& scope);
  Value eval_node(const ast::FlowExpr& node, const ast::Expr& expr, Scope& scope);
  Value apply(Op op, const std::vector<Operand>& operands, Span span);

  // places.cpp
  std::optional<Value> place(const ast::Expr& index, int64_t extent, Scope& scope);

  // reductions.cpp
  Value reduce_all(Expr::Reducer reducer, const Value& value, Span span);
  Value reduce_over(Expr::Reducer reducer, std::vector<const Index*> over, const Value& body, Span span);

  // Names (names.cpp).
  const Local* find_local(const Scope& scope, const std::string& name) const;
  Value lookup(const ast::Name& name, Scope& scope);
  /// The value, its name first looked for among declarations of that kind: it stands where one must stand.
  Value eval_as(ast::DeclKind kind, const ast::Expr& expr, Scope& scope);
  /// An argument of a declaration in that file: where the formal's default is a declaration, one of that kind.
  Value eval_argument(const ast::Argument& argument, const ast::Declaration& declaration, size_t position,
                      const FileScope& file, Scope& scope);
  Value value_of(const ast::Constant& constant, const FileScope& file);

  // What the compiler knows (known.cpp).
  /// Whether the expression is known without data: no input, parameter or index of an equation is in it.
  bool is_known(const ast::Expr& expr, const Scope& scope);
  bool is_known_name(const std::string& name, const Scope& scope);
  Value known_apply(Op op, const std::vector<Operand>& operands, Span span);
  Value known_fold(Op op, const std::vector<Constant>& operands, Span span);
  Value known_reduce(const ast::ReduceExpr& node, Scope& scope, Span span);
  Value known_reduce_all(Expr::Reducer reducer, const Value& value, Span span);
  Value known_table(const std::string& name, Shape shape, const std::vector<std::string>& indices,
                    const ast::Expr& body, Scope& scope, Span span);

  // Tensors (tensors.cpp).
  Lazy to_lazy(const Value& value);
  Value scalar(const Expr* expr);
  const Expr* as_expr(const Constant& constant, Type type, Span span);
  const Expr* as_number(const Value& value);  // of rank 0 or shape [1]; else null
  Value read(const Tensor* tensor, Span span = {});
  std::vector<const Index*> new_indices(const Shape& shape);
  std::vector<const Expr*> places(const std::vector<const Index*>& indices);
  /// The user's line that what is made here comes from.
  Span origin(Span span) const;
  /// The value written down as a tensor: as it is if it is one already.
  Value materialise(const Value& value, const std::string& name, Span span);
  Value define(const std::string& name, const Shape& shape, std::vector<Piece> pieces, Span span);
  /// The value under a name of the user: what has just been made for it takes the name.
  Value named(const Value& value, const std::string& name, size_t made_after, Span span);
  /// Any rank as one dimension, row-major.
  Value flatten(const Value& value, const std::string& name, Span span);
  bool fits(const Shape& shape, Span span, const std::string& what);

  // Sizes (sizes.cpp).
  std::optional<int64_t> integer(const ast::Expr& expr, Scope& scope, const std::string& what);
  std::optional<int64_t> size(const ast::Expr& expr, Scope& scope);
  std::optional<Shape> shape(const std::vector<ast::ExprPtr>& extents, Scope& scope);
  struct Range {
    int64_t from = 0;
    int64_t to = 0;
  };
  std::optional<Range> range(const ast::Binder& binder, Scope& scope);

  // Calls (calls.cpp).
  Value stage(Value flow, Span flow_span, const ast::Stage& stage, Scope& scope);
  Value stages(Value flow, Span flow_span, const std::vector<ast::Stage>& all, Scope& scope);
  Value stage_node(const Given& flow, const ast::UseStage& node, Span span, Scope& scope);
  Value stage_node(const Given& flow, const ast::RepeatStage& node, Span span, Scope& scope);
  Value stage_node(const Given& flow, const ast::RepeatAsStage& node, Span span, Scope& scope);
  std::optional<int64_t> repeat_count(const ast::Expr& count, Scope& scope);
  Value call(const ast::Name& callee, const Given* flow, const std::vector<ast::Argument>& arguments, Span span,
             Scope& scope);
  struct UseFacts {
    Span span;
    std::string name;  // of the instance, inside that around it; empty: it needs none
    bool frozen = false;
    bool is_stage = false;
    std::optional<scalar::Format> precision = {};  // where the text gives it one of its own
  };
  Value use(const Callable& callable, std::vector<Given> arguments, const ast::Name& callee, const UseFacts& facts,
            Scope& scope);
  /// Each result, rounded; those of several have names of their own.
  Value results_passed_on(const Value& result, const ast::Declaration& declaration, scalar::Format format,
                          const std::string& name, Span span);
  Value use_block(const BlockUse& block, const std::vector<Given>& arguments, const ast::Name& callee, Span span);
  /// An initialiser with its own arguments; a distribution once none is missing.
  Value use_initial(const Callable& callable, const std::vector<Given>& arguments, const ast::Name& callee);
  /// `init(n, features)`: fan-in and fan-out for an initialiser that came as an argument.
  Value apply_fans(const Callable& callable, const std::vector<Given>& fans, const ast::Name& callee);
  struct UseWords {
    std::optional<ast::Name> name;
    bool frozen = false;
    std::optional<scalar::Format> precision;
  };
  UseWords take_use_words(const ast::Declaration& declaration, std::vector<ast::Argument const*>& arguments,
                          Scope& scope);
  std::string next_name(Instance& instance, const std::string& declaration);
  Instance* child(Instance& parent, const std::string& name, Span span);

  // Arguments (binding.cpp).
  /// Puts a local for each formal, and for each name in their shapes, into the inner scope; false after a complaint.
  bool bind(const Callable& callable, std::vector<Given>& arguments, const ast::Name& callee, Scope& inner,
            const std::string& value_name);
  using Arguments = std::vector<std::optional<Given>>;  // one a formal
  bool assign(const ast::Declaration& declaration, std::vector<Given>& arguments, const ast::Name& callee,
              Arguments& given);
  bool is_data_type(const ast::Name& type);
  bool check_result_type(const ast::Formal& formal, const Value& value);
  bool check_argument(const ast::Formal& formal, const ast::Declaration& declaration, const Given& given);
  std::optional<Value> fit_rank(const ast::Formal& formal, const ast::Declaration& declaration, const Given& given,
                                const std::string& value_name);
  enum class Bound { done, waits, failed };
  Bound bind_extent(const ast::Expr& extent, int64_t actual, const Given& given, Scope& inner, bool may_solve);
  Bound solve_extent(const ast::Expr& extent, const std::string& unknown, int64_t actual, const Given& given,
                     Scope& inner);
  std::optional<Value> default_target(const ast::Formal& formal, const std::optional<Given>& prediction,
                                      const ast::Name& callee);

  // Bodies (body.cpp).
  Value body(const ast::Declaration& declaration, Scope& inner, const std::string& value_name);
  void let(const ast::Let& node, Span span, Scope& scope);
  Value table(const ast::Let& node, const std::string& name, Span span, Scope& scope);
  bool declare(const ast::Name& name, Scope& scope);
  bool check_shape(const Value& value, const Shape& declared, Span span, Span where);
  void complain_of_missing(const Result& result, const ast::Declaration& declaration);

  // Equations (equation.cpp).
  void equation(const ast::Equation& node, Span span, Result& result, Scope& scope, const std::string& name);
  bool declared_shape(Result& result, Scope& scope);
  bool whole_side(const ast::Equation& node, Result& result, Result::Part& part, Scope& scope);
  bool indexed_side(const ast::Equation& node, Result& result, Result::Part& part, Scope& scope,
                    const std::string& name);
  bool left_indices(const ast::Equation& node, Result& result, Result::Part& part, Scope& scope,
                    std::vector<std::string>& names);
  bool left_shape(const ast::Equation& node, Result& result, Scope& scope);
  bool new_index_name(const std::string& name, bool is_twice, Span span, const ast::Equation& node, int64_t extent,
                      const Scope& scope);
  Value assemble(const Result& result, const std::string& name, Span span);
  Value join_known(const Result& result, const std::string& name, Span span);

  // Parameters (params.cpp).
  void param(const ast::Param& node, Span span, Scope& scope);
  /// The value of an `if`; nothing after a complaint.
  std::optional<bool> condition(const ast::ExprPtr& expr, Scope& scope);
  std::optional<scalar::Format> param_format(const ast::Name& type);
  Value copy_of_param(const Value& param, scalar::Format format);
  Value all_zero(const Shape& shape);
  Value new_param(const ast::Param& node, const Shape& shape, const Value& value, Span span, Scope& scope);
  std::optional<Initial> shaped(const Initial& initial, const ast::Expr& expr, const Shape& shape);
  std::optional<Initial> initial(const ast::Expr& expr, const Value& value, const Shape& shape);

  // Rounded types (precision.cpp).
  /// Of an input or an output; a real without a type has that of the arithmetic. Nothing after a complaint.
  std::optional<DataType> interface_type(const ast::Type& type);
  /// What `precision` names; nothing after a complaint.
  std::optional<scalar::Format> format(const ast::Name& type);
  /// The same for one use of a declaration.
  std::optional<scalar::Format> layer_format(const ast::Declaration& declaration, const ast::Name& type);
  /// Whether the model's arithmetic is wider than the format.
  bool rounds(scalar::Format format) const;
  /// Reals rounded to the format, as a cast does it.
  Value rounded(const Value& value, scalar::Format format);
  Value apply_to_elements(Op op, const Lazy& lazy);
  /// Whether the result of a use in this place passes to other layers: that of a stage or a layer, in the model or in a
  /// layer; that of an encoding or an activation, in the model. Null: a word of the core.
  bool passes_on(const ast::Declaration* declaration, bool is_stage) const;
  /// What passes from one layer to the next: rounded, unless it is of a rounded type already; and so is its gradient.
  Value passed_on(const Value& value, scalar::Format format);
  /// What flows into a layer: an expression of what other layers have passed on is rounded like them.
  Value passed_in(const Value& value, scalar::Format format);

  // Core words (core_words.cpp).
  using CoreFunction = Value (Elaborator::*)(const std::string& word, const std::vector<Given>& arguments, Span span,
                                             Scope& scope);
  struct CoreRow {
    const char* name;
    CoreFunction function;
  };
  static const CoreRow kCoreWords[];
  static bool is_core_word(const std::string& name);
  static std::vector<std::string> core_names();
  Value core_call(const ast::Name& callee, const std::vector<Given>& arguments, Span span, Scope& scope);
  Value core_concat(const std::string& word, const std::vector<Given>& arguments, Span span, Scope& scope);
  Value core_cast(const std::string& word, const std::vector<Given>& arguments, Span span, Scope& scope);
  Value converted(const Operand& operand, const std::string& type, Span span);
  Value core_reduce(const std::string& word, const std::vector<Given>& arguments, Span span, Scope& scope);
  Value core_uniform(const std::string& word, const std::vector<Given>& arguments, Span span, Scope& scope);
  Value core_normal(const std::string& word, const std::vector<Given>& arguments, Span span, Scope& scope);
  Value core_all(const std::string& word, const std::vector<Given>& arguments, Span span, Scope& scope);
  Value core_rank(const std::string& word, const std::vector<Given>& arguments, Span span, Scope& scope);
  Value select_known_arm(const ast::CallExpr& node, Span span, Scope& scope);
  std::optional<std::vector<Operand>> positional(const std::string& word, const std::vector<Given>& arguments,
                                                 size_t least, size_t most, Span span);

  // `grad` (derivatives.cpp).
  Value core_grad(const std::string& word, const std::vector<Given>& arguments, Span span, Scope& scope);
  const Tensor* variable_of(const Value& value);
  Value jacobian(const std::string& name, const Expr* number, const std::vector<const Index*>& around,
                 const Operand& of, const Operand& by, Span span);
  const Tensor* derivative(const std::string& name, const Tensor* of, const Tensor* by, Span span);
  Value part_like(const Value& value, const Tensor* other, const std::vector<const Expr*>& outer);
  bool check_slope(Dependence found, Span of_span, Span by_span);

  // Models (model.cpp).
  void member(const ast::Input& node, Span span, Scope& scope);
  void member(const ast::Output& node, Span span, Scope& scope);
  void member(const ast::Let& node, Span span, Scope& scope);
  void member(const ast::Block& node, Span span, Scope& scope);
  void member(const ast::Loss& node, Span span, Scope& scope);
  void member(const ast::Precision& node, Span span, Scope& scope);
  Value mean_of_elements(const Value& value, Span span);
  void finish_loss();
  /// Complains of parameters that the loss depends on, and would never move.
  void check_slopes();
  void find_precision(const ast::Model& model);
  bool check_output_type(const ast::Output& node, const Value& value, const DataType& declared);
  /// `target.<output>`: shaped like the output, unless the formal that it is for says otherwise and it is new.
  std::optional<Value> target(const std::string& output, Span span, const ast::Formal* formal = nullptr);
  /// A tensor of its own with that name and those elements.
  Value copy_as(const Value& value, Type type, const std::string& name, Span span);

  // Optimizers (optimizer.cpp): which parameters each has, and its stages.
  struct OptimizerStage {
    const ast::Declaration* declaration;
    std::string name;  // `adam_0`
    Span span;         // of its use
    Instance* instance;
    Scope arguments;
  };
  struct Group {
    const ast::Optimizer* node;
    Span span;
    std::vector<const Tensor*> params;
  };
  void optimizers(const ast::Model& model, Scope& scope);
  std::vector<Group> groups(const ast::Model& model);
  std::vector<const Tensor*> params_of(const ast::Name& target);
  /// The stages of an optimizer, behind that which the model's precision implies, if it is given.
  static void drop_unused_states(Update& update);
  void warn_of_lost_gradients(const std::vector<OptimizerStage>& stages);
  std::vector<OptimizerStage> pipeline(const ast::Optimizer& node, const Declared& implied, Optimizer& optimizer,
                                       Scope& scope);
  /// A use of a declaration as the next stage; false after a complaint.
  bool add_stage(const Callable& callable, const ast::Name& callee, const std::vector<ast::Argument>& arguments,
                 Span span, Scope& scope, std::vector<OptimizerStage>& stages);
  const ast::Declaration* optimizer_declaration(const Value& called, const ast::Name& callee);
  /// The arguments of an optimizer: constants, and numbers that depend on the step.
  bool bind_optimizer(const Callable& callable, std::vector<Given> given, const ast::Name& callee,
                      OptimizerStage& stage);
  void read_optimizer(const Group& group, const std::vector<OptimizerStage>& stages, Optimizer& optimizer);
  void count_own_steps();
  /// An optimizer with arguments, for another optimizer's.
  Value partial_optimizer(const Callable& callable, const std::vector<Given>& arguments, const ast::Name& callee);

  // The text of an optimizer for one parameter (update.cpp).
  struct Updating;
  bool run_stage(const OptimizerStage& stage, Updating& updating);
  void statement(const ast::State& node, Span span, Updating& updating, Scope& scope);
  void statement(const ast::Update& node, Span span, Updating& updating, Scope& scope);
  void statement(const ast::Equation& node, Span span, Updating& updating, Scope& scope);
  void statement(const ast::SkipIf& node, Span span, Updating& updating, Scope& scope);
  /// Whether another optimizer has stood in for the rest of this one.
  bool substitute(const ast::UseIf& node, Updating& updating, Scope& scope);
  std::optional<Value> new_value(const ast::Update& node, const Shape& shape, Span declared, Scope& scope);
  bool is_gathered(const Tensor* param);

  // Numbers that are one for all parameters (numbers.cpp).
  /// What is being read of an optimizer: null outside.
  struct Optimizing {
    using Key = std::tuple<const void*, const Source*, uint32_t, int>;  // of what stands once in the text
    Optimizer* optimizer;
    Updating* updating = nullptr;            // null while arguments are read
    const void* declaration = nullptr;       // of the stage
    std::string prefix = {};                 // of names of numbers: `clip_norm_0.`
    std::map<Key, const Tensor*> made = {};  // states, sums and conditions, for the first parameter that came to them
    std::map<const void*, std::vector<Update::Assignment>> assigned = {};  // by the first parameter of a declaration
  };
  bool is_number(const Expr* expr) const;
  Value number(const std::string& name, const Expr* body, Span span);
  const Tensor* new_number(const std::string& name, Type type, Span span);
  /// The tensor of what stands at that place of the text, and whether this is the first parameter that comes to it.
  std::pair<const Tensor**, bool> once(Span span);
  std::optional<Value> optimizer_word(const std::string& name);
  bool is_known_before(const Expr* expr, std::set<const Tensor*>& seen) const;
  const Expr* number_of(const Value& value) const;
  bool settle_numbers(const OptimizerStage& stage, Updating& updating);

  Files& files_;
  const Options& options_;
  Diagnostics& diagnostics_;
  const ast::Model* model_ = nullptr;
  Program* program_ = nullptr;
  Equations* equations_ = nullptr;

  struct Use {
    const ast::Declaration* declaration;
    Span span;
  };
  std::vector<Use> uses_;  // those that are being elaborated, the outermost first
  std::deque<Instance> instances_;
  std::unordered_map<const Tensor*, size_t> made_;          // values that no text has named yet, by when they were made
  std::unordered_map<const Tensor*, std::string> outputs_;  // tensors that are outputs
  std::map<const ast::Constant*, std::optional<Value>> constants_;
  std::map<std::string, const Tensor*> targets_;
  std::vector<Definition>* definitions_ = nullptr;  // where an optimizer's definitions go; null: to the steps
  Optimizing* optimizing_ = nullptr;
  std::map<std::string, int> stage_uses_;            // of each optimizer in the model's text
  std::optional<std::set<const Tensor*>> gathered_;  // params read at places that depend on samples
  std::optional<Value> loss_;
  bool in_loss_ = false;
  bool in_input_ = false;  // in the type of an input
  int known_depth_ = 0;    // inside what is computed point by point: indices are clamped, nothing is written down
  std::optional<ast::DeclKind> wanted_;  // of the name that is looked up next
  Span here_;                            // of the expression that was looked at last
  int depth_ = 0;
  size_t work_ = 0;
  bool is_exhausted_ = false;
  std::set<std::tuple<DiagnosticKind, const Source*, uint32_t, uint32_t>> reported_;
  Diagnostic repeated_;
};

/// Takes the names that are put into a scope while it lives out again.
class Names {
 public:
  explicit Names(Scope& scope) : scope_(scope), size_(scope.locals.size()) {}
  ~Names() { scope_.locals.resize(size_); }
  Names(const Names&) = delete;
  Names& operator=(const Names&) = delete;

 private:
  Scope& scope_;
  size_t size_;
};

}  // namespace nnc::sema
