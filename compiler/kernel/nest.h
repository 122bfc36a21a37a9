// Fusing equations into one nest: the same loops share a body.
#pragma once

#include <map>
#include <vector>

#include "compiler/kernel/program.h"

namespace nnc::kernel {

/// Takes equations in order and puts each into the first group of equal loops that stands late enough for what it
/// reads.
class NestBuilder {
 public:
  NestBuilder(Program& program, bool has_lanes)
      : program_(&program), nest_{.name = {}, .span = {}, .has_lanes = has_lanes, .groups = {}} {}

  void add(const ir::Equation& equation, Store store);
  const Nest& nest() const { return nest_; }

 private:
  bool fits(const ir::Equation& equation, Store store, size_t group) const;
  ir::Equation with_loops_of(size_t group, const ir::Equation& equation) const;

  struct Made {
    size_t group;
    std::vector<const ir::Node*> at;
  };
  Program* program_;
  Nest nest_;
  std::multimap<const ir::Tensor*, Made> made_;
  const ir::Index* samples_ = nullptr;
};

/// What a nest's reads of its own values stand for: the bodies of its plain statements.
std::map<const ir::Node*, const ir::Node*> meanings_of(ir::Module& module, const Nest& nest);

}  // namespace nnc::kernel
