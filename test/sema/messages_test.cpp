// Every kind of mistake has one message: its kind, its place, its words.
#include <gtest/gtest.h>

#include "sema/checked_text.h"

namespace nnc::test {
namespace {

struct Mistake {
  const char* name;
  const char* text;
  const char* messages;  // a line each
};

const Mistake kMistakes[] = {
    {"bounds_of_a_distribution_stand_in_order", R"(model M {
  input x: f32[4]
  output y = x -> linear(2, init = uniform(3, 1))
}
)",
     R"(error [BadDistribution] 3:36 `random_uniform` takes two numbers, `low` and `high`, in that order
)"},
    {"a_range_runs_upwards", R"(layer f(x: [n]) -> y: [n] { y[i] = sum[k: 3..1](x[i]) }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [BadRange] 1:43 `k` cannot run over 3..1
)"},
    {"a_tensor_starts_at_0", R"(layer f(x: [n]) -> y: [n] { let s[i: 1..n] = x[i]  y[i] = s[i] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [BadRange] 1:35 the indices of a tensor start at 0, and it has elements
)"},
    {"a_part_of_a_result_stays_inside_it", R"(layer f(x: [n]) -> y: [n] { y[i: 5] = x[0] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [BadRange] 1:31 this runs over 0..5, and the size is 4: it starts at 0 and stays inside
)"},
    {"a_size_is_at_least_1", R"(model M {
  input x: f32[4]
  output y = x -> linear(0)
}
)",
     R"(error [BadSize] 3:26 this size is 0: it must be at least 1
)"},
    {"a_size_is_not_negative", R"(model M {
  input x: f32[4]
  output y = x -> linear(-3)
}
)",
     R"(error [BadSize] 3:26 this size is -3: it must be at least 1
)"},
    {"a_repetition_is_written_out", R"(model M {
  input x: f32[4]
  output y = x -> repeat 100000000 { linear }
}
)",
     R"(error [BadSize] 3:26 each repetition is written out: at most 4096, and this is 100000000
)"},
    {"a_repetition_is_not_negative", R"(model M {
  input x: f32[4]
  output y = x -> repeat 0 - 1 { linear }
}
)",
     R"(error [BadSize] 3:26 this cannot be repeated -1 times
)"},
    {"integers_stay_in_64_bits", R"(model M {
  input x: f32[4]
  output y = x -> linear(2^62 * 8)
}
)",
     R"(error [ConstantOverflow] 3:26 this integer is beyond 64 bits: it is made of 4611686018427387904 and 8
)"},
    {"no_integer_is_divided_by_0", R"(model M {
  input x: f32[4]
  output y = x -> linear(4 / 0)
}
)",
     R"(error [DivisionByZero] 3:26 an integer is divided by 0
)"},
    {"an_argument_is_given_once", R"(model M {
  input x: f32[4]
  output y = x -> linear(3, features = 4)
}
)",
     R"(error [DuplicateArgument] 3:29 `features` is given twice
)"},
    {"a_let_is_declared_once", R"(model M {
  input x: f32[4]
  let h = x -> relu
  let h = x -> linear
  output y = h
}
)",
     R"(error [DuplicateName] 4:7 `h` is declared twice
)"},
    {"a_declaration_is_declared_once", R"(layer f(x: [n]) -> y: [n] { y = x }
layer f(x: [n]) -> y: [n] { y = x }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [DuplicateName] 2:7 `f` is declared twice
)"},
    {"a_layer_has_a_name_of_its_own", R"(model M {
  input x: f32[4]
  output y = x -> linear(3, name = a) -> linear(2, name = a)
}
)",
     R"(error [DuplicateName] 3:42 two layers have the name `a`
)"},
    {"a_model_has_a_name_of_its_own", R"(model M { input x: f32  output y = x }
model M { input x: f32  output y = x }
)",
     R"(error [DuplicateName] 2:7 `M` is declared twice
)"},
    {"of_nothing_there_is_no_largest", R"(layer f(x: [n]) -> y: [n] { y[i] = x[i] + max[k: n - n](x[k]) }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [EmptyRange] 1:43 of no elements there is neither a largest nor a smallest
)"},
    {"a_flattened_tensor_into_a_layer_of_vectors_is_a_warning", R"(model M {
  input x: f32[4]
  output y = x -> sin_encode(2) -> softmax
}
)",
     R"(warning [FlattenedInput] 3:19 `softmax` takes [4, 2, 2] as one vector
)"},
    {"an_index_is_a_new_name", R"(layer f(x: [n], i = 3) -> y: [n] { y[i] = x[i] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [IndexInScope] 1:38 `i` is no new index: it has a meaning here already
)"},
    {"an_index_stands_once_on_the_left", R"(layer f(x: [n]) -> y: [n, n] { y[i, i] = x[i] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [IndexInScope] 1:37 `i` is no new index: it has a meaning here already
)"},
    {"an_index_stays_inside", R"(model M {
  input x: f32[4]
  output y = x[4]
}
)",
     R"(error [IndexOutOfRange] 3:16 there is no element 4: the size is 4
)"},
    {"an_index_of_an_equation_stays_inside",
     "layer f(x: [n]) -> y: [n] { let h = x -> linear(2)  y[i] = h[i] }\nmodel M { input x: f32[4]  output y = x -> f "
     "}",
     "error [IndexOutOfRange] 1:62 `i` runs over 0..4, and the size is 2\n"},
    {"a_slice_stays_inside", R"(model M {
  input x: f32[4]
  output y = x[2..5]
}
)",
     R"(error [IndexOutOfRange] 3:16 there are no elements 2..5: the size is 4
)"},
    {"a_place_on_the_left_stays_inside", R"(layer f(x: [n]) -> y: [n] { y[4] = x[0] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [IndexOutOfRange] 1:31 there is no element 4: the size is 4
)"},
    {"an_index_is_an_integer", R"(model M {
  input x: f32[4]
  output y = x[1.5]
}
)",
     R"(error [IndexType] 3:16 an index is an integer, and this is a real
)"},
    {"an_index_is_no_datum_of_reals", R"(layer f(x: [n]) -> y: [n] { y[i] = x[x[i]] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [IndexType] 1:38 an index is an integer, and this is a real
)"},
    {"integers_divide_exactly", R"(model M {
  input x: f32[4]
  output y = x -> linear(5 / 2)
}
)",
     R"(error [InexactDivision] 3:26 5 is no multiple of 2
)"},
    {"what_has_no_default_is_given", R"(model M {
  input x: f32[4]
  let h = x -> sin_encode -> linear(64)
  output y = h
}
)",
     R"(error [MissingArgument] 3:16 `sin_encode` needs `octaves`
)"},
    {"a_function_of_the_core_has_its_arguments", R"(model M {
  input x: f32[4]
  output y = max()
}
)",
     R"(error [MissingArgument] 3:14 `max` takes 1 argument, and this is 0
)"},
    {"equations_cover_the_result", R"(layer f(x: [n]) -> y: [n, 2] { y[i, 0] = x[i] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [MissingEquation] 1:20 the equations give 4 of the elements of `y`, which is [4, 2]
)"},
    {"a_result_has_an_equation", R"(layer f(x: [n]) -> y: [n] { let z = x }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [MissingEquation] 1:20 no equation of `f` gives `y`
)"},
    {"a_body_has_a_result", R"(layer f(x: [n]) { let z = x }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [MissingEquation] 1:7 `f` has no result
)"},
    {"indices_need_a_range", R"(layer f(x: [n]) -> y { y[i] = x[i] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [MissingShape] 1:20 the shape of `y` is not declared
)"},
    {"only_outputs_have_a_default_target", R"(model M {
  input x: f32[4]
  let h = x -> relu
  output y = h -> linear(2)
  loss l2(h)
}
)",
     R"(error [MissingTarget] 5:11 `l2` compares this with a target, and it is not an output
)"},
    {"a_file_has_a_model", R"(const width = 3
)",
     R"(error [NoModel] 1:1 there is no model in this file
)"},
    {"a_model_has_an_output", R"(model M { input x: f32 }
)",
     R"(error [NoOutput] 1:7 the model `M` has no output
)"},
    {"a_loss_is_a_number", R"(model M {
  input x: f32[4]
  output y = x
  loss (y - target.y)^2
}
)",
     R"(error [NotANumber] 4:8 a loss is one number, and this is [4]
)"},
    {"a_gradient_is_of_a_number", R"(model M {
  input x: f32[4]
  output y = grad(x, x)
}
)",
     R"(error [NotANumber] 3:19 `grad` is of one number, and this is [4]
)"},
    {"a_tensor_takes_no_arguments", R"(model M {
  input x: f32[4]
  let h = x -> relu
  output y = x -> h
}
)",
     R"(error [NotCallable] 4:19 `h` is [4]: it takes no arguments
)"},
    {"only_what_has_no_input_has_ranges_that_depend_on_an_index",
     R"(layer f(x: [n]) -> y: [n] { y[i] = sum[k: i](x[k]) }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [NotConstant] 1:43 a range is known before there is data, and this is not
)"},
    {"a_size_is_no_datum", R"(model M {
  input x: f32[4]
  output y = x -> repeat x[0] { linear }
}
)",
     R"(error [NotConstant] 3:26 a count is known before there is data, and this is not
)"},
    {"a_list_holds_known_numbers", R"(model M {
  input x: f32[4]
  output y = [x[0], 1]
}
)",
     R"(error [NotConstant] 3:15 a list holds numbers that are known
)"},
    {"a_const_has_no_layer_in_it", R"(const w = linear
model M {
  input x: f32[4]
  output y = x -> linear(w)
}
)",
     R"(error [NotConstant] 1:11 a `const` is worked out before any model: no layer can be in it
)"},
    {"recurrences_come_later", R"(layer f(x: [n]) -> y: [n] { let s[ordered i: n] = x[i]  y[i] = s[i] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [NotSupported] 1:43 an `ordered` index (a recurrence) is not supported yet
)"},
    {"integers_fit_64_bits", R"(model M {
  input x: f32[4]
  output y = x * 99999999999999999999999
}
)",
     R"(error [NumberTooLarge] 3:18 this integer is beyond 64 bits
)"},
    {"integers_beside_data_fit_32_bits", R"(layer f(x: [n]) -> y: [n] { y[i] = x[i + 4294967296] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [NumberTooLarge] 1:42 4294967296 is beyond 32 bits, which integers in a model have
)"},
    {"an_element_is_given_once", R"(layer f(x: [n]) -> y: [n] { y[i] = x[i]  y[0] = 1 }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [OverlappingEquations] 1:42 elements of `y` are given twice
)"},
    {"layers_do_not_contain_each_other", R"(layer f(x: [n]) -> y: [n] { y = x -> g }
layer g(x: [n]) -> y: [n] { y = x -> f }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [Recursion] 2:38 `f` contains itself
)"},
    {"constants_are_not_made_of_each_other", R"(const a = b
const b = a
model M {
  input x: f32[4]
  output y = x -> linear(a)
}
)",
     R"(error [Recursion] 1:7 `a` is made of itself
)"},
    {"a_block_does_not_contain_itself", R"(model M {
  input x: f32[4]
  block e = linear -> e
  output y = x -> e
}
)",
     R"(error [Recursion] 3:23 the block `e` contains itself
)"},
    {"elementwise_shapes_are_equal", R"(model M {
  input x: f32[4]
  output y = x + (x -> linear(3))
}
)",
     R"(error [ShapeMismatch] 3:14 `+` of [4] and [3]
)"},
    {"a_vector_of_one_is_no_number_beside_a_vector", R"(model M {
  input x: f32[4]
  output y = x + (x -> linear(1))
}
)",
     R"(error [ShapeMismatch] 3:14 `+` of [4] and [1]
)"},
    {"equal_names_are_equal_sizes", R"(model M {
  input x: f32[4]
  output y = dot(x, x -> linear(3))
}
)",
     R"(error [ShapeMismatch] 3:21 this has size 3, where `n` is 4
)"},
    {"a_matrix_is_wanted", R"(layer f(x: [n, m]) -> y: [n] { y[i] = x[i, 0] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [ShapeMismatch] 4:14 `x` of `f` has 2 dimensions, and this is [4]
)"},
    {"a_size_has_the_form_that_is_declared", R"(layer f(x: [3 * n]) -> y: [n] { y[i] = x[i] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [ShapeMismatch] 4:14 this has size 4, and `3 * n` is that for no `n`
)"},
    {"an_output_has_the_type_that_is_declared", R"(model M {
  input x: f32[4]
  output y: f32[3] = x
}
)",
     R"(error [ShapeMismatch] 3:22 this is [4], and [3] is declared
)"},
    {"a_block_is_used_with_one_size", R"(model M {
  input x: f32[4]
  block e = linear(3)
  output y = x -> e
  output z = x[0..2] -> e
}
)",
     R"(error [ShapeMismatch] 3:13 `weight` is [3, 2] here, and it was [3, 4]
)"},
    {"given_numbers_have_the_shape_of_the_parameter", R"(layer f(x: [n]) -> y: [n] { param w: [n] = [1, 2]  y = w * x }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [ShapeMismatch] 1:44 these numbers are [2], and the parameter is [4]
)"},
    {"a_tensor_has_less_than_2_31_elements", R"(model M {
  input x: f32[4]
  output y = x -> linear(2^30) -> linear(2^30)
}
)",
     R"(error [TooLarge] 3:19 this tensor is [1073741824, 4]: more than 2^31 elements
)"},
    {"a_table_of_2_60_rows_is_too_large", R"(model M {
  input x: f32[4]
  output y = x -> hash_grid(log2_size = 60, base = 2^20, growth = 1.0, levels = 1)
}
)",
     R"(error [TooLarge] 3:19 this size is 1152921504606846976: more than 2^31 elements
)"},
    {"a_table_of_the_compiler_is_small",
     R"(layer f(x: [n]) -> y: [n] { let t[k: 1000000000] = 2.0^k  y[i] = x[i] * t[0] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [TooLarge] 1:29 `f_0.t` would be a table of 1000000000 numbers, worked out by the compiler
)"},
    {"an_activation_takes_one", R"(model M {
  input x: f32[4]
  output y = x -> relu(1, 2)
}
)",
     R"(error [TooManyArguments] 3:24 `relu` takes 1 argument, what flows in counted
)"},
    {"indices_are_at_most_the_rank", R"(model M {
  input x: f32[4]
  output y = x[0, 0]
}
)",
     R"(error [TooManyIndices] 3:14 2 indices into [4]
)"},
    {"indices_on_the_left_are_at_most_the_rank", R"(layer f(x: [n]) -> y: [n] { y[i, j] = x[i] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [TooManyIndices] 1:29 2 indices of `y`, which is [4]
)"},
    {"what_the_compiler_computes_ends", R"(layer f(x: [n]) -> y: [n] { y[i] = x[i] * sum[k: 1000000000](1.0) }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [TooMuchWork] 1:62 this takes too long to work out: more than 2000000 steps
)"},
    {"a_model_has_a_limited_number_of_layers", R"(layer f(x: [n]) -> y: [n] { y = x -> repeat 4000 { linear } }
model M {
  input x: f32[4]
  output y = x -> repeat 4000 { f }
}
)",
     R"(error [TooMuchWork] 1:52 this model has more than 20000 layers
)"},
    {"a_boolean_is_true_or_false", R"(model M {
  input x: f32[4]
  output y = x -> linear(64, bias = 3)
}
)",
     R"(error [TypeMismatch] 3:37 `bias` of `linear` is `true` or `false`, and this is 3
)"},
    {"a_size_is_an_integer", R"(model M {
  input x: f32[4]
  output y = x -> linear(2.5)
}
)",
     R"(error [TypeMismatch] 3:26 `features` of `linear` is a known integer, and this is 2.5
)"},
    {"no_boolean_is_added", R"(model M {
  input x: f32[4]
  output y = x + (x > 0)
}
)",
     R"(error [TypeMismatch] 3:14 `+` does not take a real and a boolean
)"},
    {"a_layer_is_no_number", R"(model M {
  input x: f32[4]
  output y = x + linear
}
)",
     R"(error [TypeMismatch] 3:18 `+` takes numbers, and this is the layer `linear`
)"},
    {"a_name_is_a_name", R"(model M {
  input x: f32[4]
  output y = x -> linear(name = 3)
}
)",
     R"(error [TypeMismatch] 3:33 `name` takes a name, such as `name = head`
)"},
    {"a_rate_is_a_number", R"(model M {
  input x: f32[4]
  output y = x -> linear
  loss l2(y)
  optimizer adam(rate = relu)
}
)",
     R"(error [TypeMismatch] 5:25 `rate` of `adam` is a number, and this is the activation `relu`
)"},
    {"an_argument_that_is_not_there_is_suggested", R"(model M {
  input x: f32[4]
  output y = x -> linear(64, bais = false)
}
)",
     R"(error [UnknownArgument] 3:30 `linear` has no argument `bais`
)"},
    {"only_outputs_have_targets", R"(model M {
  input x: f32[4]
  output y = x
  loss l2(y, target = target.z)
}
)",
     R"(error [UnknownMember] 4:23 there is no output `z` to have a target
)"},
    {"only_parameters_that_exist_are_shared",
     R"(layer f(x: [n]) -> y: [n] { param w: [n, n] = linear_0.weight  y[o] = sum[i: n](w[o, i] * x[i]) }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [UnknownMember] 1:47 there is no parameter `f_0.linear_0.weight` up to here
)"},
    {"a_slip_is_suggested", R"(model M {
  input x: f32[4]
  output y = x -> rleu
}
)",
     R"(error [UnknownName] 3:19 there is no `rleu` here
)"},
    {"a_constant_is_suggested", R"(const width = 3
model M {
  input x: f32[4]
  output y = x -> linear(widht)
}
)",
     R"(error [UnknownName] 4:26 there is no `widht` here
)"},
    {"an_equation_is_for_a_result", R"(layer f(x: [n]) -> y: [n] { z = x  y = x }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [UnknownName] 1:29 `z` is no result of `f`
)"},
    {"an_update_is_for_a_state", R"(optimizer o() { w := weight - gradient }
model M {
  input x: f32[4]
  output y = x -> linear
  loss l2(y)
  optimizer o
}
)",
     R"(error [UnknownName] 1:17 `w` is no state, and none of `gradient`, `weight` and `inference`
)"},
    {"data_is_of_a_known_type", R"(model M { input x: float[3]  output y = x }
)",
     R"(error [UnknownType] 1:20 data has the type `f16`, `bf16`, `f32`, `f64`, `i32`, `u32`, `i64` or `u8`, not `float`
)"},
    {"an_output_has_no_storage_of_its_own", R"(model M { input x: u8  output y: u8 = x }
)",
     R"(error [UnknownType] 1:34 an output is `f16`, `bf16`, `f32`, `f64`, `i32` or `u32`, not `u8`
)"},
    {"an_output_has_the_type_that_it_declares", R"(model M { input x: f32  output y: i32 = x }
)",
     R"(error [TypeMismatch] 1:41 this is a real, not `i32`
)"},
    {"two_sizes_cannot_be_found_from_one", R"(layer f(x: [n * m]) -> y: [n] { y[i] = x[i] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [UnsolvableSize] 1:13 `n` and `m` cannot both be found from one size
)"},
    {"a_size_is_linear_in_what_is_found", R"(layer f(x: [n^2]) -> y: [n] { y[i] = x[i] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [UnsolvableSize] 1:13 `n` cannot be found: this size does not grow evenly with it
)"},
    {"an_optimizer_is_an_optimizer", R"(model M {
  input x: f32[4]
  output y = x -> linear
  loss l2(y)
  optimizer relu
}
)",
     R"(error [WrongKind] 5:13 this is the activation `relu`, no optimizer
)"},
    {"an_optimizer_is_no_layer", R"(model M {
  input x: f32[4]
  output y = x -> adam
}
)",
     R"(error [WrongKind] 3:19 `adam` is an optimizer: it belongs in `optimizer …`
)"},
    {"a_parameter_starts_as_numbers", R"(layer f(x: [n]) -> y: [n] { param w: [n] = relu  y[i] = w[i] * x[i] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [WrongKind] 1:44 a parameter starts as a distribution or as numbers, and this is the activation `relu`
)"},
    {"a_function_has_no_parameters", R"(function f(x: [n]) -> y: [n] { param w: [n] = 1  y[i] = w[i] * x[i] }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [WrongPlace] 1:32 functions have no parameters of their own; layers have
)"},
    {"a_layer_has_no_state", R"(layer f(x: [n]) -> y: [n] { state m = 0  y = x }
model M {
  input x: f32[4]
  output y = x -> f
}
)",
     R"(error [WrongPlace] 1:29 this belongs in an optimizer
)"},
    {"results_and_names_are_as_many", R"(model M {
  input x: f32[4]
  let a, b = x -> linear
  output y = a
}
)",
     R"(error [WrongResultCount] 3:14 this gives 1 value for 2 names
)"},
    {"several_mistakes_have_several_messages", R"(model M {
  input x: f32[4]
  let a = x -> rleu
  let b = a -> linear(0)
  output y = b + zz
  output q = x -> sin_encode
  output r = x[9]
}
)",
     R"(error [UnknownName] 3:16 there is no `rleu` here
error [UnknownName] 5:18 there is no `zz` here
error [MissingArgument] 6:19 `sin_encode` needs `octaves`
error [IndexOutOfRange] 7:16 there is no element 9: the size is 4
)"},
};

class Messages : public testing::TestWithParam<Mistake> {};

TEST_P(Messages, are_as_expected) { EXPECT_EQ(Checked(GetParam().text).summary(), GetParam().messages); }

INSTANTIATE_TEST_SUITE_P(Of, Messages, testing::ValuesIn(kMistakes),
                         [](const auto& mistake) { return mistake.param.name; });

TEST(Imports, are_found_once_and_their_names_are_known) {
  Checked checked("import \"a.nn\"\nmodel M { input x: f32[3]  output y = x -> twice }",
                  {{"a.nn", "activation twice(x) = 2 * x"}});
  EXPECT_EQ(checked.summary(), "");
}

TEST(Imports, that_are_missing_are_said_to_be) {
  Checked checked("import \"a.nn\"\nmodel M { input x: f32  output y = x }");
  EXPECT_EQ(checked.summary(), "error [ImportNotFound] 1:8 cannot read `a.nn`\n");
}

TEST(Imports, of_the_file_itself_are_refused) {
  std::string text = "import \"model.nn\"\nmodel M { input x: f32  output y = x }";
  Checked checked(text, {{"model.nn", text}});
  EXPECT_EQ(checked.summary(), "error [ImportCycle] 1:8 this file imports itself\n");
}

TEST(Imports, in_a_circle_are_refused) {
  Checked checked("import \"a.nn\"\nmodel M { input x: f32  output y = x }",
                  {{"a.nn", "import \"b.nn\""}, {"b.nn", "import \"a.nn\""}});
  EXPECT_EQ(checked.summary(), "error [ImportCycle] 1:8 `a.nn` imports this file in turn\n");
}

TEST(Defines, take_the_place_of_constants) {
  Checked checked("const width = 64\nmodel M { input x: f32[3]  output y = x -> linear(width) }", {},
                  {{"width", "2 * 5"}});
  EXPECT_EQ(tensor(checked.program(), "y").shape, sema::Shape{10});
}

TEST(Defines, of_nothing_are_refused) {
  Checked checked("const width = 64\nmodel M { input x: f32  output y = x }", {}, {{"widht", "3"}});
  EXPECT_EQ(checked.summary(), "error [UnknownConstant] 1:1 `-D widht`: no constant has that name\n");
  EXPECT_EQ(checked.messages()[0].hint_text, "did you mean `width`?");
}

TEST(Messages, in_the_library_are_shown_at_the_use) {
  Checked checked("model M {\n  input x: f32[4]\n  output y = x -> linear(0)\n}\n");
  EXPECT_EQ(checked.rendered(),
            R"(model.nn:3:26: error: this size is 0: it must be at least 1 [BadSize]
  3 |   output y = x -> linear(0)
    |                          ^
  model.nn:3:19: note: in this use of `linear`
  3 |   output y = x -> linear(0)
    |                   ^~~~~~~~~
  stdlib/layer.nn:5:18: note: the size is wanted here
  5 |   param weight: [features, n] = init(n, features)
    |                  ^~~~~~~~
)");
}

TEST(Messages, show_both_shapes) {
  Checked checked("model M {\n  input x: f32[4]\n  output y = x + (x -> linear(3))\n}\n");
  EXPECT_EQ(checked.rendered(), R"(model.nn:3:14: error: `+` of [4] and [3] [ShapeMismatch]
  3 |   output y = x + (x -> linear(3))
    |              ^~~~~~~~~~~~~~~~~~~~
  model.nn:3:14: note: this is [4]
  3 |   output y = x + (x -> linear(3))
    |              ^
  model.nn:3:19: note: this is [3]
  3 |   output y = x + (x -> linear(3))
    |                   ^~~~~~~~~~~~~~
)");
}

}  // namespace
}  // namespace nnc::test
