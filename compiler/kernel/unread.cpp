#include "compiler/kernel/unread.h"

#include <algorithm>
#include <set>

#include "compiler/kernel/equations.h"

namespace nnc::kernel {
namespace {

class Unread {
 public:
  explicit Unread(Program& program) : program_(program) {}

  /// From the last step to the first, so that what only an unread value reads is unread too.
  void run() {
    read_ = program_.results;
    for (const Scatter& scatter : program_.scatters) note(scatter.nest);
    note(program_.after);
    for (size_t step = program_.tile.size(); step-- > 0;)
      std::visit([&](auto& each) { clean(each); }, program_.tile[step]);
    std::erase_if(program_.tile, [&](const Step& step) { return is_empty(step); });
  }

 private:
  void note(const ir::Equation& equation) {
    for_each_read(equation, [&](const ir::Node* read) { read_.insert(read->tensor); });
  }
  void note(const Nest& nest) {
    for (const Group& group : nest.groups) {
      for (const Statement& statement : group.statements) note(statement.equation);
    }
  }
  bool is_wanted(const ir::Tensor* tensor) const {
    if (!tensor->has_samples() || read_.contains(tensor)) return true;
    const Storage& storage = program_.storage.at(tensor);  // a part of what is read is read
    return std::any_of(read_.begin(), read_.end(), [&](const ir::Tensor* whole) {
      auto place = program_.storage.find(whole);
      return place != program_.storage.end() && storage.place == Place::tile && place->second.place == Place::tile &&
             place->second.buffer == storage.buffer;
    });
  }

  void clean(std::vector<Statement>& statements) {
    for (size_t s = statements.size(); s-- > 0;) {
      if (is_wanted(statements[s].equation.out)) {
        note(statements[s].equation);
      } else {
        statements.erase(statements.begin() + static_cast<std::ptrdiff_t>(s));
      }
    }
  }
  void clean(Nest& nest) {
    for (size_t g = nest.groups.size(); g-- > 0;) clean(nest.groups[g].statements);
    std::erase_if(nest.groups, [](const Group& group) { return group.statements.empty(); });
  }
  void clean(Product& product) {
    clean(product.epilogue);
    if (!is_empty(product)) read_.insert({product.x.tensor, product.matrix.tensor});
  }
  void clean(Outer& outer) { read_.insert({outer.dy.tensor, outer.x.tensor}); }
  void clean(LaneSum& sum) { read_.insert(sum.x.tensor); }
  void clean(Clear&) {}

  bool is_empty(const Product& product) const { return product.epilogue.empty() && !is_wanted(product.out); }
  bool is_empty(const Step& step) const {
    if (auto* nest = std::get_if<Nest>(&step)) return nest->groups.empty();
    if (auto* product = std::get_if<Product>(&step)) return is_empty(*product);
    if (auto* clear = std::get_if<Clear>(&step)) return !is_wanted(clear->tensor);
    return false;
  }

  Program& program_;
  std::set<const ir::Tensor*> read_;
};

}  // namespace

void drop_unread(Program& program) { Unread(program).run(); }

}  // namespace nnc::kernel
