// The cases of test/conformance: tensors and tolerances, as test/conformance/README.md describes them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "compiler/ir/evaluate.h"

namespace nnc::test {

/// The case of that name in test/conformance/<file>; throws if there is none.
nlohmann::json conformance_case(const std::string& file, const std::string& name);

/// A tensor as it stands in a case: `values`, or `indices` and `values` where the others are 0.
ir::Array array(const nlohmann::json& tensor);

/// Inputs, parameters and targets (as `target.<output>`) of a network.
ir::Values network_values(const nlohmann::json& network);

/// |actual − expected| ≤ tolerance · (|expected| + scale), for every element.
void expect_close(const std::string& what, const ir::Array& actual, const nlohmann::json& expected, double tolerance);

}  // namespace nnc::test
