// The words of drawn programs.
#pragma once

namespace nnc::test {

inline constexpr const char* kActivations[] = {
    "relu", "tanh",     "sigmoid",     "softplus",  "silu", "gelu", "elu(alpha = 0.5)", "leaky_relu(0.1)",
    "sine", "softsign", "gaussian(2)", "hard_tanh", "mish"};

/// Of a value `$`.
inline constexpr const char* kFormulas[] = {"tanh($)",
                                            "sin($)",
                                            "abs($)",
                                            "0.5 * $",
                                            "exp(-$^2)",
                                            "sqrt($^2 + 0.5)",
                                            "max($, 0.1)",
                                            "min($, 0.4)",
                                            "log1p($^2)",
                                            "$ - 0.3",
                                            "erf($)",
                                            "erfc($)",
                                            "-$",
                                            "fract($)",
                                            "$^3 / 4",
                                            "1 / (2 + cos($))",
                                            "select($ > 0.2, $, 0.1 * $)",
                                            "stop_gradient($)",
                                            "sinpi($)",
                                            "$ + floor(2 * $) / 4",
                                            "expm1($ / 4)",
                                            "select($ < 0 or $ > 1, 0.5, $)"};

/// Names that stages and generated code have too.
inline constexpr const char* kNames[] = {
    "w",        "t",         "s",        "T",       "kept",  "sums",           "uniform",
    "gradient", "state",     "weight",   "samples", "lane",  "count",          "inside",
    "value",    "sample",    "result",   "network", "row",   "step",           "loss",
    "first",    "in",        "out",      "target",  "d_x",   "float",          "nn",
    "std",      "size",      "data",     "ones",    "b",     "infer",          "update",
    "block",    "total",     "N",        "x",       "d_d_x", "loss_of_sample", "output",
    "input",    "precision", "position", "index"};

}  // namespace nnc::test
