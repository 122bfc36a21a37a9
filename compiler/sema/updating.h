// What the text of an optimizer has come to for one parameter.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "compiler/sema/elaborator.h"

namespace nnc::sema {

struct Elaborator::Updating {
  Update update;
  std::string prefix;  // of its names: `linear_0.weight.`
  Value gradient = {};
  Value weight = {};
  Value inference = {};                                           // where a stage offers one
  int skips = 0;                                                  // that have been passed
  std::vector<Update::Assignment> numbers = {};                   // that this stage assigns
  std::map<std::pair<const Source*, uint32_t>, int> passed = {};  // places of this stage's text, and how often
  std::map<std::string, const Tensor*> states = {};               // of this stage, by their words
  bool is_substitute = false;                                     // the stage stands for another
};

}  // namespace nnc::sema
