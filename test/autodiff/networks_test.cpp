// Whole networks against numbers of other software: outputs, loss and gradients, through gradients too.
#include <gtest/gtest.h>

#include <string>

#include "autodiff/conformance.h"
#include "autodiff/network_text.h"
#include "compiler/autodiff/gradients.h"
#include "ir/ir_text.h"

namespace nnc::autodiff {
namespace {

using test::Feature;

/// A network that grows by text and by gradients, and is then compared with a case.
class Network {
 public:
  explicit Network(const std::string& name) : case_(test::conformance_case("networks.json", name)) {}

  void append(const std::string& text) { test::append_ir(module_, text); }

  /// The adjoint of `by` for ones at `of`: grad(of, by).
  std::string grad(const std::string& of, const std::string& by) {
    ir::Tensor *of_tensor = module_.find(of), *by_tensor = module_.find(by);
    return gradients(module_, {{of_tensor, filled(module_, *of_tensor, "ones", 1)}}, {by_tensor}).at(by_tensor)->name;
  }

  /// Compares outputs, `loss` and its gradients by all inputs and parameters.
  void expect_conformance() {
    ir::Tensor* loss = module_.find("loss");
    std::vector<ir::Tensor*> by;
    for (const char* group : {"input_gradient", "parameter_gradient"}) {
      for (const auto& [name, unused] : case_.at(group).items()) by.push_back(module_.find(name));
    }
    Gradient gradient = gradients(module_, {{loss, filled(module_, *loss, "ones", 1)}}, by);
    test::expect_well_formed(module_);
    ir::Values given = test::network_values(case_);
    ir::Values values = ir::evaluate(module_, given, given.at("target." + first_output()).shape[0]);
    double tolerance = case_.at("tolerance").at("f64");
    for (const auto& [name, output] : case_.at("output").items()) {
      test::expect_close(name, values.at(name), output, tolerance);
    }
    test::expect_close("loss", values.at("loss"), case_.at("loss"), tolerance);
    for (const char* group : {"input_gradient", "parameter_gradient"}) {
      for (const auto& [name, expected] : case_.at(group).items()) {
        const std::string& adjoint = gradient.at(module_.find(name))->name;
        test::expect_close("gradient of " + name, values.at(adjoint), expected, tolerance);
      }
    }
  }

 private:
  std::string first_output() const { return case_.at("target").begin().key(); }

  nlohmann::json case_;
  ir::Module module_;
};

std::string copy(const std::string& name, Feature x) {
  std::string n = std::to_string(x.features);
  return name + "[b, i] = " + x.name + "[b, i]   over b: N, i: " + n + "\n";
}

TEST(Networks, the_documentation_page) {
  test::NetworkText net;
  net.text = "input position[N, 2]\ninput target.color[N, 3]\n";
  Feature h = net.map(net.linear({"position", 2}, 16, false), "max({x}, 0)");
  h = net.map(net.linear(h, 16), "max({x}, 0)");
  net.text += copy("color", net.map(net.linear(h, 3, false), "tanh({x})"));
  net.text += "loss += (color[b, i] - target.color[b, i])^2 / 3 / N   over b: N, i: 3\n";
  Network network("DocumentationPage");
  network.append(net.text);
  network.expect_conformance();
}

TEST(Networks, an_image_on_a_hash_grid) {
  test::NetworkText net;
  net.text = "input position[N, 2]\ninput target.color[N, 3]\n";
  Feature h = net.hash_grid({"position", 2}, 4, 2, 6, 4, "{t}");
  h = net.map(net.linear(h, 16), "max({x}, 0)");
  h = net.map(net.linear(h, 16), "max({x}, 0)");
  net.text += copy("color", net.linear(h, 3));
  net.text +=
      "loss += (color[b, i] - target.color[b, i])^2 / (stop_gradient(color[b, i])^2 + 0.01) / 3 / N"
      "   over b: N, i: 3\n";
  Network network("Image");
  network.append(net.text);
  network.expect_conformance();
}

TEST(Networks, a_distance_with_an_eikonal_term) {
  test::NetworkText net;
  net.text = "input p[N, 3]\ninput target.distance[N, 1]\n";
  Feature h = net.sin_encode({"p", 3}, 3);
  for (int layer = 0; layer < 2; ++layer) h = net.map(net.linear(h, 16), test::softplus("10"));
  net.text += copy("distance", net.linear(h, 1));
  Network network("Distance");
  network.append(net.text);
  network.append(copy("normal", {network.grad("distance", "p"), 3}));
  network.append(R"(
q[b] += normal[b, i]^2   over b: N, i: 3
loss += abs(distance[b, 0] - target.distance[b, 0]) / N   over b: N
loss += 0.1 * (sqrt(q[b]) - 1)^2 / N   over b: N
)");
  network.expect_conformance();
}

TEST(Networks, a_distance_on_a_smooth_hash_grid_with_an_eikonal_term) {
  test::NetworkText net;
  net.text = "input p[N, 2]\ninput target.distance[N, 1]\n";
  Feature h = net.hash_grid({"p", 2}, 3, 2, 6, 3, "{t}^2 * (3 - 2 * {t})");
  h = net.map(net.linear(h, 12), test::softplus("5"));
  net.text += copy("distance", net.linear(h, 1));
  Network network("GridDistance");
  network.append(net.text);
  network.append(copy("normal", {network.grad("distance", "p"), 2}));
  network.append(R"(
q[b] += normal[b, i]^2   over b: N, i: 2
loss += (distance[b, 0] - target.distance[b, 0])^2 / N   over b: N
loss += 0.25 * (sqrt(q[b]) - 1)^2 / N   over b: N
)");
  network.expect_conformance();
}

TEST(Networks, a_laplacian_is_differentiated_three_times) {
  test::NetworkText net;
  net.text = "input p[N, 2]\ninput target.value[N, 1]\ninput target.residual[N]\n";
  Feature h = {"p", 2};
  for (int layer = 0; layer < 2; ++layer) h = net.map(net.linear(h, 12), "tanh({x})");
  net.text += copy("value", net.linear(h, 1));
  Network network("Poisson");
  network.append(net.text);
  std::string g = network.grad("value", "p");
  network.append("g_0[b] = " + g + "[b, 0]   over b: N\ng_1[b] = " + g + "[b, 1]   over b: N\n");
  std::string g_0 = network.grad("g_0", "p"), g_1 = network.grad("g_1", "p");
  network.append("residual[b] = " + g_0 + "[b, 0] + " + g_1 + "[b, 1]   over b: N\n");
  network.append(R"(
loss += (residual[b] - target.residual[b])^2 / N   over b: N
loss += 2 * (value[b, 0] - target.value[b, 0])^2 / N   over b: N
)");
  network.expect_conformance();
}

TEST(Networks, a_siren_and_its_slope) {
  test::NetworkText net;
  net.text = "input p[N, 2]\ninput target.value[N, 1]\ninput target.slope[N, 2]\n";
  Feature h = net.map(net.linear({"p", 2}, 14), "sin(30 * {x})");
  h = net.map(net.linear(h, 14), "sin(30 * {x})");
  net.text += copy("value", net.linear(h, 1));
  Network network("Siren");
  network.append(net.text);
  network.append(copy("slope", {network.grad("value", "p"), 2}));
  network.append(R"(
loss += (value[b, 0] - target.value[b, 0])^2 / N   over b: N
loss += 0.001 * (slope[b, i] - target.slope[b, i])^2 / 2 / N   over b: N, i: 2
)");
  network.expect_conformance();
}

}  // namespace
}  // namespace nnc::autodiff
