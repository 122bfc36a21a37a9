#include "compiler/emit/c_functions.h"

#include "compiler/emit/batch.h"
#include "compiler/emit/text.h"

namespace nnc::emit {
namespace {

/// What a parameter points to, checked: `network` of the C++ type that it holds.
std::string value(const std::string& param) { return "nn::c_api::needed(" + param + ", \"" + param + "\").value"; }
/// Makes what a creator gives.
std::string make(const std::string& param, const std::string& made) {
  return "auto& made = nn::c_api::needed(" + param + ", \"" + param + "\");\nmade = new $p$_" + param + made + ";\n";
}
const std::string kPath = "&nn::c_api::needed(path, \"path\")";

class Writer {
 public:
  Writer(const Model& model, const CStructs& structs, RowsOn side)
      : model_(model), structs_(structs), is_device_(side == RowsOn::device) {}

  std::vector<CFunction> functions() {
    weights();
    params();
    network();
    trainer();
    if (model_.step) step();
    training();
    trainer_weights();
    return std::move(functions_);
  }

 private:
  void add(const char* about, const std::string& name, const std::string& params, const std::string& body) {
    functions_.push_back({about, "", name, params, body});
  }
  void add_value(const char* about, const std::string& result, const std::string& name, const std::string& params,
                 const std::string& body) {
    functions_.push_back({about, result, name, params, body});
  }
  void add_destroy(const std::string& what) {
    add_value("", "void", what + "_destroy", "$p$_" + what + "* " + what, "delete " + what + ";\n");
  }

  /// The stream: the last parameter of C, the last or the first of C++.
  std::string stream() const { return is_device_ ? ", $p$_stream stream" : ""; }
  std::string last() const { return is_device_ ? ", stream" : ""; }
  std::string only() const { return is_device_ ? "stream" : ""; }
  std::string first() const { return is_device_ ? "stream, " : ""; }

  /// `, const image_inputs* in`, or nothing.
  static std::string param(const CStruct& rows, const std::string& name) {
    return rows.empty() ? "" : ", const $p$_" + rows.word + "* " + name;
  }
  /// The number of samples, where there are rows.
  static std::string count(const CStruct& a, const CStruct& b) {
    return a.empty() && b.empty() ? "" : ", size_t count";
  }

  /// The C++ struct of the caller's rows: `{nn::c_api::needed_rows<…>(in->position, count, "position"), …}`.
  template <class IsNeeded>
  static std::string views(const CStruct& rows, const std::string& param, IsNeeded is_needed) {
    std::string text;
    for (const CField& field : rows.fields) {
      const bool needed = is_needed(field);
      text += std::string(text.empty() ? "" : ", ") + "nn::c_api::" + (needed ? "needed_rows" : "rows") +
              "<decltype($ns$::" + rows.cpp + "::" + field.cpp + ")>(" + param + "->" + field.c + ", count" +
              (needed ? ", \"" + field.name + "\")" : ")");
    }
    return "{" + text + "}";
  }
  /// A statement that makes them.
  template <class IsNeeded>
  static std::string define_views(const CStruct& rows, const std::string& param, IsNeeded is_needed) {
    if (rows.empty()) return "";
    return "nn::c_api::needed(" + param + ", \"" + param + "\");\nconst $ns$::" + rows.cpp + " " + param +
           "_rows = " + views(rows, param, is_needed) + ";\n";
  }
  static std::string views_or_none(const CStruct& rows, const std::string& param) {
    return rows.empty() ? "{}" : param + "_rows";
  }
  std::string define_inputs(const kernel::Program& schedule) const {
    return define_views(structs_.inputs, "in", [&](const CField& field) {
      for (const sema::Tensor* input : model_.program->inputs) {
        if (input->name == field.name) return reads(schedule, *input);
      }
      return false;
    });
  }
  std::string define_outputs() const {
    return define_views(structs_.outputs, "out", [](const CField&) { return false; });
  }

  void weights() {
    const std::string slot = "$p$_weights** weights";
    add("The first values that the model's initialisers give for a seed.", "weights_create", "uint64_t seed, " + slot,
        make("weights", "{$ns$::Weights(seed)}"));
    add("", "weights_copy", "const $p$_weights* from, " + slot, make("weights", "{" + value("from") + "}"));
    add("Of a safetensors file, or its bytes in memory. Nothing is made unless everything fits.", "weights_load",
        "const char* path, " + slot, make("weights", "{$ns$::load(" + kPath + ")}"));
    add("", "weights_load_bytes", "const void* bytes, size_t size, " + slot,
        make("weights", "{$ns$::load(&nn::c_api::needed(static_cast<const char*>(bytes), \"bytes\"), size)}"));
    if (!model_.embedded_from.empty()) {
      add("Those that the source holds.", "weights_embedded", slot, make("weights", "{$ns$::embedded()}"));
    }
    add("", "weights_save", "const $p$_weights* weights, const char* path",
        "$ns$::save(" + kPath + ", " + value("weights") + ");\n");
    const std::string param = ", const char* name, int rank, const uint64_t* shape, ";
    const std::string find =
        "const nn::Param& param = nn::c_api::find_param($ns$::kParams, $ns$::kParamCount, name, rank, shape);\n";
    const std::string place = value("weights") + ".data() + param.offset";
    add("A parameter by its name, out of them and into them; its shape must be the model's, row-major.", "weights_get",
        "const $p$_weights* weights" + param + "float* numbers",
        find + "std::copy_n(" + place + ", param.size, &nn::c_api::needed(numbers, \"numbers\"));\n");
    add("", "weights_set", "$p$_weights* weights" + param + "const float* numbers",
        find + "std::copy_n(&nn::c_api::needed(numbers, \"numbers\"), param.size, " + place + ");\n");
    add_value("All of them, one parameter behind the other; on the host.", "float*", "weights_data",
              "$p$_weights* weights", "return weights == nullptr ? nullptr : weights->value.data();\n");
    add_value("", "size_t", "weights_size", "void", "return $ns$::Weights::kSize;\n");
    add_destroy("weights");
  }

  void params() {
    add_value("The parameters in the order in which they lie there.", "size_t", "param_count", "void",
              "return $ns$::kParamCount;\n");
    add("", "param_at", "size_t index, $p$_param* param", R"text($p$_param& to = nn::c_api::needed(param, "param");
const nn::Param& from = nn::c_api::param_at($ns$::kParams, $ns$::kParamCount, index);
to.name = from.name, to.offset = from.offset, to.size = from.size, to.rank = from.rank;
nn::c_api::copy(to.shape, from.shape);
)text");
  }

  void network() {
    add("Parameters as inference reads them. `assign` takes others, and allocates nothing.", "network_create",
        "const $p$_weights* weights, $p$_network** network" + stream(),
        make("network", "{$ns$::Network(" + value("weights") + last() + ")}"));
    add("", "network_assign", "$p$_network* network, const $p$_weights* weights" + stream(),
        value("network") + ".assign(" + value("weights") + last() + ");\n");
    add_destroy("network");
    add("Room for one call of `infer` at a time.", "workspace_create", "$p$_workspace** workspace",
        make("workspace", "{}"));
    add_destroy("workspace");
    add("Outputs of a batch. Any thread, each with a workspace of its own; allocates nothing.", "infer",
        "const $p$_network* network" + count(structs_.inputs, structs_.outputs) + param(structs_.inputs, "in") +
            param(structs_.outputs, "out") + ", $p$_workspace* workspace" + stream(),
        define_inputs(model_.infer) + define_outputs() + "$ns$::infer(" + first() + value("network") + ", " +
            views_or_none(structs_.inputs, "in") + ", " + views_or_none(structs_.outputs, "out") + ", " +
            value("workspace") + ");\n");
    std::string in, out;
    for (const CField& field : structs_.sample.fields)
      in += "nn::c_api::copy(one." + field.cpp + ", nn::c_api::needed(sample, \"sample\")." + field.c + ");\n";
    for (const CField& field : structs_.result.fields)
      out += "nn::c_api::copy(nn::c_api::needed(result, \"result\")." + field.c + ", found." + field.cpp + ");\n";
    const char* about = is_device_ ? "The outputs of one sample, on the host. Any thread; allocates nothing."
                                   : "The outputs of one sample. Any thread; allocates nothing.";
    add(about, "evaluate", "const $p$_network* network" + param(structs_.sample, "sample") + ", $p$_result* result",
        "[[maybe_unused]] $ns$::Sample one{};\n" + in + "const $ns$::Result found = $ns$::evaluate(" +
            value("network") + ", one);\n" + out);
    if (model_.derivative) differentiate(in);
  }

  /// `in` copies the sample into `one`.
  void differentiate(const std::string& in) {
    std::string from, out;
    for (const CField& field : structs_.result_gradient.fields)
      from += "nn::c_api::copy(from." + field.cpp + ", nn::c_api::needed(gradient, \"gradient\")." + field.c + ");\n";
    for (const CField& field : structs_.sample_gradient.fields)
      out += "nn::c_api::copy(nn::c_api::needed(result, \"result\")." + field.c + ", found." + field.cpp + ");\n";
    add("By each number of each real input of one sample, the sum over all numbers of all real outputs of "
        "∂output/∂input "
        "times `gradient`.",
        "differentiate",
        "const $p$_network* network" + param(structs_.sample, "sample") + param(structs_.result_gradient, "gradient") +
            ", $p$_sample_gradient* result",
        "[[maybe_unused]] $ns$::Sample one{};\n$ns$::ResultGradient from{};\n" + in + from +
            "const $ns$::SampleGradient found = $ns$::differentiate(" + value("network") + ", one, from);\n" + out);
  }

  void trainer() {
    const char* about =
        "Parameters, what the optimizer keeps, and everything that a step needs: allocated here, never in a step.";
    if (is_device_) {
      add(about, "trainer_create", "const $p$_weights* weights, $p$_trainer** trainer" + stream(),
          make("trainer", "{$ns$::Trainer(" + value("weights") + last() + ")}"));
    } else {
      add(about, "trainer_create", "const $p$_weights* weights, const $p$_options* options, $p$_trainer** trainer",
          "const $p$_options one_thread = {1, nullptr};\n" +
              make("trainer", "(" + value("weights") + ", options == nullptr ? one_thread : *options)"));
    }
  }

  void step() {
    const std::string targets = define_views(structs_.targets, "target", [](const CField&) { return true; });
    const std::string call = value("trainer") + ".step(" + first() + views_or_none(structs_.inputs, "in") + ", " +
                             views_or_none(structs_.targets, "target") + ")";
    const std::string params = "$p$_trainer* trainer" + count(structs_.inputs, structs_.targets) +
                               param(structs_.inputs, "in") + param(structs_.targets, "target");
    const std::string found = "nn::c_api::needed(step, \"step\") = {found.loss, found.applied};\n";
    if (!is_device_) {
      add("A whole step: forward, loss, gradients, update. Any number of samples; none changes nothing. Gradients that "
          "`backward` left are part of it. `step` may be null.",
          "trainer_step", params + ", $p$_step* step",
          define_inputs(*model_.step) + targets + "const $ns$::Step found = " + call +
              ";\nif (step != nullptr) *step = {found.loss, found.applied};\n");
    } else {
      add("Enqueues a whole step: forward, loss, gradients, update. Any number of samples; none changes nothing. "
          "Gradients that `backward` left are part of it.",
          "trainer_step", params + stream(), define_inputs(*model_.step) + targets + call + ";\n");
      add("What the last step said; waits for it.", "trainer_last_step",
          "const $p$_trainer* trainer, $p$_step* step" + stream(),
          "const $ns$::Step found = " + value("trainer") + ".last_step(stream);\n" + found);
    }
  }

  void training() {
    add("The loss is the caller's: outputs of a batch, then gradients of its loss, summed over samples and calls, then "
        "the update. The rows of `in` must stay as they are until `backward`.",
        "trainer_forward",
        "$p$_trainer* trainer" + count(structs_.inputs, structs_.outputs) + param(structs_.inputs, "in") +
            param(structs_.outputs, "out") + stream(),
        define_inputs(model_.infer) + define_outputs() + value("trainer") + ".forward(" + first() +
            views_or_none(structs_.inputs, "in") + ", " + views_or_none(structs_.outputs, "out") + ");\n");
    std::string gradients = define_views(structs_.output_gradients, "out", [](const CField&) { return true; });
    std::string in = "{}";
    if (!structs_.input_gradients.empty()) {
      gradients += "$ns$::InputGradients in_rows;\nif (in != nullptr) in_rows = " +
                   views(structs_.input_gradients, "in", [](const CField&) { return false; }) + ";\n";
      in = "in_rows";
    }
    add(structs_.input_gradients.empty() ? "" : "`in` may be null.", "trainer_backward",
        "$p$_trainer* trainer" + count(structs_.output_gradients, structs_.input_gradients) +
            param(structs_.output_gradients, "out") + param(structs_.input_gradients, "in") + stream(),
        gradients + value("trainer") + ".backward(" + first() + views_or_none(structs_.output_gradients, "out") + ", " +
            in + ");\n");
    if (is_device_) {
      add("Changes nothing but the gradients where one is not finite, or where the model has no optimizer.",
          "trainer_update", "$p$_trainer* trainer" + stream(), value("trainer") + ".update(stream);\n");
    } else {
      add("`applied` is false where a gradient was not finite, or where the model has no optimizer: nothing but the "
          "gradients has changed then. It may be null.",
          "trainer_update", "$p$_trainer* trainer, bool* applied",
          "const bool found = " + value("trainer") + ".update();\nif (applied != nullptr) *applied = found;\n");
    }
  }

  void trainer_weights() {
    const std::string of = "const $p$_trainer* trainer";
    add("The parameters as they are; and what inference should use: averages, where an optimizer keeps them.",
        "trainer_get_weights", of + ", $p$_weights* weights" + stream(),
        value("weights") + " = " + value("trainer") + ".weights(" + only() + ");\n");
    add("", "trainer_get_inference_weights", of + ", $p$_weights* weights" + stream(),
        value("weights") + " = " + value("trainer") + ".inference_weights(" + only() + ");\n");
    add("Updates so far.", "trainer_steps", of + ", uint64_t* steps" + stream(),
        "nn::c_api::needed(steps, \"steps\") = " + value("trainer") + ".steps(" + only() + ");\n");
    add("With what the optimizer keeps and the number of steps: `restore` goes on exactly, in a trainer of the same "
        "model.",
        "trainer_save", of + ", const char* path" + stream(),
        "$ns$::save(" + kPath + ", " + value("trainer") + last() + ");\n");
    add("", "trainer_restore", "$p$_trainer* trainer, const char* path" + stream(),
        "$ns$::restore(" + value("trainer") + ", " + kPath + last() + ");\n");
    const std::string data = is_device_ ? "device_weights()" : "weights().data()";
    add_value(
        is_device_
            ? "In the device's memory, laid out as weights: the parameters, and what `backward` has summed up since "
              "the last update, times what an optimizer multiplies the loss by."
            : "Laid out as weights: the parameters, and what `backward` has summed up since the last update, times "
              "what an optimizer multiplies the loss by.",
        "const float*", "trainer_data", of, "return trainer == nullptr ? nullptr : trainer->value." + data + ";\n");
    add_value("", "const float*", "trainer_gradients", of,
              "return trainer == nullptr ? nullptr : trainer->value.gradients();\n");
    add_destroy("trainer");
  }

  const Model& model_;
  const CStructs& structs_;
  bool is_device_;
  std::vector<CFunction> functions_;
};

}  // namespace

std::vector<CFunction> c_functions(const Model& model, const CStructs& structs, RowsOn side) {
  return Writer(model, structs, side).functions();
}

}  // namespace nnc::emit
