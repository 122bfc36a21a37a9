// Whole networks through all passes: their gradients stay what they were, and what is left has the forms that the
// schedule looks for.
#include "compiler/passes/pipeline.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "autodiff/network_text.h"
#include "compiler/autodiff/gradients.h"
#include "compiler/ir/print.h"
#include "compiler/passes/form.h"
#include "ir/ir_text.h"
#include "passes/pass_test.h"

namespace nnc::passes {
namespace {

using test::Feature;

/// A network that grows by text and by gradients, twice: one goes through the passes.
class Network {
 public:
  void append(const std::string& text) {
    for (ir::Module* module : {&before_, &after_}) test::append_ir(*module, text);
  }

  /// The adjoint of `by` for ones at `of`.
  std::string grad(const std::string& of, const std::string& by) {
    std::string name;
    for (ir::Module* module : {&before_, &after_}) {
      ir::Tensor *of_tensor = module->find(of), *by_tensor = module->find(by);
      ir::Tensor* ones = autodiff::filled(*module, *of_tensor, "ones", 1);
      name = autodiff::gradients(*module, {{of_tensor, ones}}, {by_tensor}).at(by_tensor)->name;
    }
    return name;
  }

  /// Puts out the gradients of `loss` by all parameters, and runs the passes.
  void optimise() {
    for (ir::Module* module : {&before_, &after_}) {
      std::vector<ir::Tensor*> params;
      for (ir::Tensor* tensor : module->tensors()) {
        if (tensor->role == ir::Role::param) params.push_back(tensor);
      }
      ir::Tensor* loss = module->find("loss");
      auto gradient = autodiff::gradients(*module, {{loss, autodiff::filled(*module, *loss, "ones", 1)}}, params);
      module->outputs.push_back(loss);
      for (ir::Tensor* param : params) module->outputs.push_back(gradient.at(param));
    }
    run(after_, [&](const Pass& pass, const ir::Module& module) {
      for (const std::string& complaint : ir::verify(module)) ADD_FAILURE() << pass.name << ": " << complaint;
    });
    expect_same_results(before_, after_);
  }

  const ir::Module& after() const { return after_; }

  std::string text() const {
    std::string text;
    for (const ir::Equation& equation : after_.equations) text += ir::print(equation) + "\n";
    return text;
  }

  long products() const { return std::count_if(after_.equations.begin(), after_.equations.end(), is_contraction); }

 private:
  ir::Module before_, after_;
};

bool contains(const std::string& text, const std::string& line) { return text.find(line + "\n") != std::string::npos; }

TEST(Pipeline, the_image_model_is_what_the_schedule_relies_on) {
  test::NetworkText net;
  net.text = "input position[N, 2]\ninput target.color[N, 3]\n";
  Feature h = net.hash_grid({"position", 2}, 12, 2, 14, 16, "{t}");
  h = net.map(net.linear(h, 64), "max({x}, 0)");
  h = net.map(net.linear(h, 64), "max({x}, 0)");
  h = net.linear(h, 3);
  net.text += "color[b, i] = " + h.name + "[b, i]   over b: N, i: 3\noutput color\n";
  net.text +=
      "loss += (color[b, i] - target.color[b, i])^2 / (stop_gradient(color[b, i])^2 + 0.01) / 3 / N"
      "   over b: N, i: 3\n";
  Network network;
  network.append(net.text);
  network.optimise();
  EXPECT_EQ(network.products(), 3 + 3 + 3);
  std::string text = network.text();
  for (const char* line : {
           // the grid: four dense levels, eight hashed ones, two numbers a row side by side
           "at_a_0[b, l] = position[b, 0] * scale_a[l] + 0.5   over b: N, l: 4",
           "w_a_3[b, l] = part_a_0[b, l] * part_a_1[b, l]   over b: N, l: 4",
           "corner_b_1_0[b, l] = u32(int(floor(at_b_0[b, l]))) + 1u   over b: N, l: 8",
           "slot_b_1[b, l] = start_b[l] + int((corner_b_1_0[b, l] xor 2654435761u * corner_b_0_1[b, l]) mod 16384u)"
           "   over b: N, l: 8",
           "grid_value_0[b, l * 2 + 9] = w_b_0[b, l] * hash_grid_0.table[slot_b_0[b, l], 1] + "
           "w_b_1[b, l] * hash_grid_0.table[slot_b_1[b, l], 1] + w_b_2[b, l] * hash_grid_0.table[slot_b_2[b, l], 1] + "
           "w_b_3[b, l] * hash_grid_0.table[slot_b_3[b, l], 1]   over b: N, l: 8",
           "d_hash_grid_0.table[slot_b_2[b, l], 0] += w_b_2[b, l] * d_grid_value_0[b, l * 2 + 8]   over b: N, l: 8\n"
           "d_hash_grid_0.table[slot_b_2[b, l], 1] += w_b_2[b, l] * d_grid_value_0[b, l * 2 + 9]   over b: N, l: 8",
           // a layer
           "linear_value_1[b, o] += linear_0.weight[o, i] * grid_value_0[b, i]   over b: N, o: 64, i: 24",
           "linear_value_2[b, o] = linear_value_1[b, o] + linear_0.offset[o]   over b: N, o: 64",
           "map_value_3[b, i] = max(linear_value_2[b, i], 0)   over b: N, i: 64",
           // the output has the user's name
           "color[b, o] = linear_value_7[b, o] + linear_2.offset[o]   over b: N, o: 3",
           // its gradients
           "d_linear_1.weight[o, i] += map_value_3[b, i] * d_linear_value_5[b, o]   over b: N, o: 64, i: 64",
           "d_linear_1.offset[o] += d_linear_value_5[b, o]   over b: N, o: 64",
           "d_map_value_3[b, i] += linear_1.weight[o, i] * d_linear_value_5[b, o]   over b: N, o: 64, i: 64",
           "d_grid_value_0[b, i] += linear_0.weight[o, i] * d_linear_value_2[b, o]   over b: N, o: 64, i: 24",
       }) {
    EXPECT_TRUE(contains(text, line)) << line << "\nis not in\n" << text;
  }
  for (const ir::Equation& equation : network.after().equations) {
    bool is_copy = equation.body->kind == ir::Node::Kind::read && reduced_indices(equation).empty();
    EXPECT_FALSE(is_copy) << ir::print(equation);
  }
}

TEST(Pipeline, gradients_of_gradients_stay_what_they_were) {
  test::NetworkText net;
  net.text = "input p[N, 3]\ninput target.distance[N, 1]\n";
  Feature h = net.sin_encode({"p", 3}, 3);
  for (int layer = 0; layer < 2; ++layer) h = net.map(net.linear(h, 16), test::softplus("10"));
  h = net.linear(h, 1);
  net.text += "distance[b, i] = " + h.name + "[b, i]   over b: N, i: 1\n";
  Network network;
  network.append(net.text);
  std::string normal = network.grad("distance", "p");
  network.append("q[b] += " + normal + "[b, i]^2   over b: N, i: 3\n" + R"(
loss += abs(distance[b, 0] - target.distance[b, 0]) / N   over b: N
loss += 0.1 * (sqrt(q[b]) - 1)^2 / N   over b: N
)");
  network.optimise();
}

TEST(Pipeline, a_smooth_grid_is_differentiated_twice) {
  test::NetworkText net;
  net.text = "input p[N, 2]\ninput target.distance[N, 1]\n";
  Feature h = net.hash_grid({"p", 2}, 3, 2, 6, 3, "{t}^2 * (3 - 2 * {t})");
  h = net.map(net.linear(h, 12), test::softplus("5"));
  h = net.linear(h, 1);
  Network network;
  network.append(net.text);
  std::string normal = network.grad(h.name, "p");
  network.append("q[b] += " + normal + "[b, i]^2   over b: N, i: 2\n" + "loss += (" + h.name +
                 R"([b, 0] - target.distance[b, 0])^2 / N   over b: N
loss += 0.25 * (sqrt(q[b]) - 1)^2 / N   over b: N
)");
  network.optimise();
}

TEST(Pipeline, weight_norm_becomes_products_of_matrices) {
  Network network;
  network.append(R"(
param linear_0.v[6, 5]
param linear_0.g[6]
input x[N, 5]
linear_0.q[o] += linear_0.v[o, i]^2   over o: 6, i: 5
linear_0.norm[o] = sqrt(linear_0.q[o])   over o: 6
y[b, o] += linear_0.g[o] / linear_0.norm[o] * linear_0.v[o, i] * x[b, i]   over b: N, o: 6, i: 5
loss += y[b, o]^2 / N   over b: N, o: 6
)");
  network.optimise();
  EXPECT_GE(network.products(), 2) << network.text();
}

TEST(Pipeline, a_norm_of_each_sample_divides_once) {
  Network network;
  network.append(R"(
param layer_norm_0.weight[8]
input x[N, 8]
mean[b] += x[b, i] / 8   over b: N, i: 8
variance[b] += (x[b, i] - mean[b])^2 / 8   over b: N, i: 8
y[b, i] = (x[b, i] - mean[b]) / sqrt(variance[b] + 1e-5) * layer_norm_0.weight[i]   over b: N, i: 8
peak[b] max= y[b, i]   over b: N, i: 8
e[b, i] = exp(y[b, i] - stop_gradient(peak[b]))   over b: N, i: 8
s[b] += e[b, i]   over b: N, i: 8
p[b, i] = e[b, i] / s[b]   over b: N, i: 8
loss += p[b, i]^2 / N   over b: N, i: 8
)");
  network.optimise();
  for (const ir::Equation& equation : network.after().equations) {
    bool divides = ir::print(equation).find(" / ") != std::string::npos;
    EXPECT_TRUE(!divides || equation.over.size() <= 1) << ir::print(equation);
  }
}

TEST(Pipeline, a_recurrence_stays_one) {
  Network network;
  network.append(R"(
param w[4, 4]
param u[4, 2]
input x[N, 6, 2]
value h[N, 6, 4]
s[b, t, o] += w[o, i] * select(t > 0, h[b, t - 1, i], 0)   over b: N, ordered t: 6, o: 4, i: 4
s[b, t, o] += u[o, j] * x[b, t, j]   over b: N, ordered t: 6, o: 4, j: 2
h[b, t, o] = tanh(s[b, t, o])   over b: N, ordered t: 6, o: 4
last[b, o] = h[b, 5, o]   over b: N, o: 4
loss += last[b, o]^2 / N   over b: N, o: 4
)");
  network.optimise();
}

TEST(Pipeline, attention_keeps_its_products) {
  Network network;
  network.append(R"(
param q[8, 8]
input x[N, 5, 8]
key[b, i, c] += x[b, i, a] * q[a, c]   over b: N, i: 5, c: 8, a: 8
s[b, i, j] += key[b, i, c] * x[b, j, c] / sqrt(8.0)   over b: N, i: 5, j: 5, c: 8
peak[b, i] max= s[b, i, j]   over b: N, i: 5, j: 5
e[b, i, j] = exp(s[b, i, j] - stop_gradient(peak[b, i]))   over b: N, i: 5, j: 5
total[b, i] += e[b, i, j]   over b: N, i: 5, j: 5
p[b, i, j] = e[b, i, j] / total[b, i]   over b: N, i: 5, j: 5
y[b, i, a] += p[b, i, j] * x[b, j, a]   over b: N, i: 5, a: 8, j: 5
loss += y[b, i, a]^2 / N   over b: N, i: 5, a: 8
)");
  network.optimise();
  EXPECT_GE(network.products(), 6) << network.text();
}

TEST(Pipeline, samples_may_meet) {
  Network network;
  network.append(R"(
param scale[3]
input x[N, 3]
mean[i] += x[b, i] / N   over b: N, i: 3
centred[b, i] = (x[b, i] - mean[i]) * scale[i]   over b: N, i: 3
near[b] += exp(-(centred[b, i] - centred[c, i])^2)   over b: N, c: N, i: 3
loss += log(near[b]) / N   over b: N
)");
  network.optimise();
}

TEST(Pipeline, an_update_of_an_optimizer_stays_what_it_was) {
  std::string text = R"(
param w[4, 3]
state w.m[4, 3]
state w.v[4, 3]
input gradient[4, 3]
input step
m[i, j] = 0.9 * w.m[i, j] + (1 - 0.9) * gradient[i, j]   over i: 4, j: 3
v[i, j] = 0.999 * w.v[i, j] + (1 - 0.999) * gradient[i, j]^2   over i: 4, j: 3
next[i, j] = w[i, j] - 1e-3 * (m[i, j] / (1 - 0.9^(step + 3))) / (sqrt(v[i, j]^2 / (1 - 0.999^(step + 3))) + 1e-8)   over i: 4, j: 3
w.m := m
w.v := v
w := next
)";
  ir::Module before = read(text), after = read(text);
  run(after);
  test::expect_well_formed(after);
  expect_same_results(before, after);
  EXPECT_EQ(after.updates.size(), 3u);
  EXPECT_EQ(after.updates[2].value->name, "next");
}

}  // namespace
}  // namespace nnc::passes
