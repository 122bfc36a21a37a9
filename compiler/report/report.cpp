#include "compiler/report/report.h"

#include <algorithm>
#include <map>

#include "compiler/emit/interface.h"
#include "compiler/kernel/affine.h"
#include "compiler/report/access.h"
#include "compiler/report/buffers.h"
#include "compiler/report/params.h"
#include "compiler/report/parts.h"
#include "compiler/report/steps.h"
#include "compiler/report/words.h"

namespace nnc::report {

Work& Work::operator+=(const Work& more) {
  multiply_adds += more.multiply_adds;
  other += more.other;
  costly += more.costly;
  integer += more.integer;
  selects += more.selects;
  gathers += more.gathers;
  return *this;
}

Work operator-(const Work& all, const Work& some) {
  return {all.multiply_adds - some.multiply_adds,
          all.other - some.other,
          all.costly - some.costly,
          all.integer - some.integer,
          all.selects - some.selects,
          all.gathers - some.gathers};
}

namespace {
Work sum(Work a, const Work& b, const Work& c) {
  a += b;
  return a += c;
}

int64_t total(const std::vector<Row>& rows) {
  int64_t bytes = 0;
  for (const Row& row : rows) bytes += row.bytes;
  return bytes;
}
}  // namespace

Work Step::work() const { return sum(forward, backward, again); }
Work Surface::work() const { return sum(forward, backward, again); }
int64_t Surface::read_bytes() const { return total(read); }
int64_t Surface::written_bytes() const { return total(written); }

double Surface::intensity() const {
  const int64_t moved = read_bytes() + written_bytes() + gathered + 2 * scattered;
  return static_cast<double>(work().flop()) / static_cast<double>(moved);
}

double Surface::intensity_with_params() const {
  const int64_t moved = read_bytes() + written_bytes() + gathered + 2 * scattered;
  return static_cast<double>(work().flop()) / (static_cast<double>(moved) + static_cast<double>(params) / samples);
}

int64_t Param::bytes() const { return 4 * count; }
int64_t Optimizer::bytes() const { return 4 * state_count + 8 * numbers; }
int64_t Report::param_bytes() const { return 4 * param_count; }
int64_t Report::state_bytes() const {
  int64_t bytes = 0;
  for (const Optimizer& each : optimizers) bytes += each.bytes();
  return bytes;
}

namespace {

/// A type of the caller's rows, as C++ says it, in the language's words.
struct RowType {
  const char* cpp;
  const char* name;
  int64_t bytes;
};
constexpr RowType kRowTypes[] = {{"float", "f32", 4},        {"double", "f64", 8},        {"nn::f16", "f16", 2},
                                 {"nn::bf16", "bf16", 2},    {"std::uint8_t", "u8", 1},   {"std::int64_t", "i64", 8},
                                 {"std::int32_t", "i32", 4}, {"std::uint32_t", "u32", 4}, {"bool", "bool", 1}};

Row row(Row::Kind kind, const std::string& name, const sema::Tensor& tensor, bool is_gradient) {
  const std::string cpp = is_gradient ? emit::gradient_type(tensor) : emit::element_type(tensor);
  Row row{kind, name, tensor.shape, cpp, 4 * emit::count(tensor.shape)};
  for (const RowType& type : kRowTypes) {
    if (type.cpp != cpp) continue;
    row.type = type.name;
    row.bytes = type.bytes * emit::count(tensor.shape);
  }
  return row;
}

class SurfaceReader {
 public:
  SurfaceReader(const emit::Model& model, const Words& words, int tile)
      : model_(model), sema_(*model.program), words_(words), tile_(tile) {}

  Surface infer() {
    Surface surface = read(model_.infer, {"infer", tile_, sema_.outputs.size()}, outputs_from(model_.infer, 0));
    surface.about = "the outputs";
    read_inputs(surface, model_.infer);
    write_outputs(surface);
    return surface;
  }

  Surface step() {
    Surface surface = read(*model_.step, {"step", tile_, sema_.outputs.size() + 1}, {});
    surface.about = "the loss and the gradients of the parameters";
    read_inputs(surface, *model_.step);
    for (const sema::Tensor* target : sema_.targets)
      surface.read.push_back(row(Row::Kind::target, target->name, *target, false));
    return surface;
  }

  Surface backward() {
    size_t behind_params = sema_.outputs.size();
    for (const sema::Tensor* param : sema_.params) behind_params += param->frozen ? 0 : 1;
    Surface surface =
        read(model_.backward, {"backward", tile_, sema_.outputs.size()}, outputs_from(model_.backward, behind_params));
    surface.about = "from gradients by the outputs, those by parameters and inputs";
    read_inputs(surface, model_.backward);
    add_gradients(surface);
    surface.again += surface.forward;
    surface.forward = {};
    return surface;
  }

  Surface differentiate() {
    const kernel::Program& program = *model_.derivative;
    Surface surface = read(program, {"differentiate", 1, 0}, outputs_from(program, 0));
    surface.about = "of one sample, from gradients by the outputs, those by inputs";
    read_inputs(surface, program);
    add_gradients(surface);
    return surface;
  }

 private:
  struct Kind {
    const char* name;
    int samples;
    size_t results;  // of the module's outputs, the first of which are the model's own
  };
  static std::vector<const ir::Tensor*> outputs_from(const kernel::Program& program, size_t first) {
    const auto& all = program.module.outputs;
    return {all.begin() + static_cast<std::ptrdiff_t>(std::min(first, all.size())), all.end()};
  }

  /// `given_back`: those of the module's outputs that go to the caller.
  Surface read(const kernel::Program& program, const Kind& kind, const std::vector<const ir::Tensor*>& given_back) {
    const Parts parts(program, kind.results);
    Surface surface;
    surface.name = kind.name;
    surface.samples = kind.samples;
    surface.steps = steps_of(program, parts, words_);
    if (kind.samples == 1) share_nothing(surface.steps);
    surface.buffers = buffers_of(program, surface.steps, kind.samples, given_back);
    surface.kept = kept_of(program, parts, words_, surface.steps, surface.name == "backward");
    std::map<std::string, int64_t> sums;
    for (const Step& step : surface.steps) {
      surface.forward += step.forward;
      surface.backward += step.backward;
      surface.again += step.again;
      if (step.kind == StepKind::before || step.kind == StepKind::after) continue;
      for (const Access& access : step.reads) {
        if (access.is_computed) surface.gathered += access.bytes;
        const bool is_shared = access.where == Where::params || access.where == Where::uniforms;
        if (is_shared && !access.is_computed) surface.params += access.bytes;
      }
      for (const Access& access : step.writes) {
        if (access.is_computed) surface.scattered += access.bytes;
        if (access.where == Where::sums) sums[access.name] += access.elements;
      }
    }
    for (const auto& [tensor, elements] : sums)  // several steps may add to the same
      surface.sums += std::min(elements, kernel::elements(*program.module.find(tensor)));
    for (const Buffer& buffer : surface.buffers) {
      surface.tile_bytes += buffer.bytes;
      surface.kept_bytes += buffer.is_kept ? buffer.bytes : 0;
    }
    return surface;
  }

  static void share_nothing(std::vector<Step>& steps) {
    for (Step& step : steps) {
      for (Access& access : step.reads) access.is_per_sample = true;
      for (Access& access : step.writes) access.is_per_sample = true;
    }
  }
  void add_gradients(Surface& surface) {
    for (const sema::Output& output : sema_.outputs) {
      if (output.tensor->type != sema::Type::real) continue;
      surface.read.push_back(row(Row::Kind::output_gradient, "gradient by " + output.name, *output.tensor, true));
    }
    for (const sema::Tensor* input : sema_.inputs) {
      if (input->type != sema::Type::real) continue;
      surface.written.push_back(row(Row::Kind::input_gradient, "gradient by " + input->name, *input, true));
    }
  }
  /// Those that the schedule needs.
  void read_inputs(Surface& surface, const kernel::Program& program) {
    for (const sema::Tensor* input : sema_.inputs) {
      const ir::Tensor* tensor = program.module.find(input->name);
      auto storage = program.storage.find(tensor);
      if (!tensor || storage == program.storage.end() || storage->second.buffer < 0) continue;
      surface.read.push_back(row(Row::Kind::input, input->name, *input, false));
    }
  }
  void write_outputs(Surface& surface) {
    for (const sema::Output& output : sema_.outputs)
      surface.written.push_back(row(Row::Kind::output, output.name, *output.tensor, false));
  }

  const emit::Model& model_;
  const sema::Program& sema_;
  const Words& words_;
  int tile_;
};

std::vector<StepValues> values_of(const std::vector<Surface>& surfaces, const std::string& name) {
  std::vector<StepValues> values;
  for (const Surface& surface : surfaces) {
    if (surface.name != name) continue;
    for (const Step& step : surface.steps) {
      if (step.number > 0) values.push_back({step.number, step.values});
    }
  }
  return values;
}

}  // namespace

Report report(const emit::Model& model, const Target& target) {
  const sema::Program& program = *model.program;
  const Words words(program);
  const bool is_rounded = program.precision == scalar::Format::f16 || program.precision == scalar::Format::bf16;
  Report report{.name = program.name,
                .place = file_and_line(program.span),
                .target = target,
                .precision = scalar::name(program.precision) + std::string(is_rounded ? " in f32 arithmetic" : ""),
                .params = params_of(model),
                .param_count = model.param_floats,
                .optimizers = optimizers_of(model),
                .surfaces = {},
                .network = {}};
  SurfaceReader reader(model, words, target.tile);
  report.surfaces.push_back(reader.infer());
  if (model.step) report.surfaces.push_back(reader.step());
  report.surfaces.push_back(reader.backward());
  if (model.derivative) report.surfaces.push_back(reader.differentiate());
  report.network = network_of(program, values_of(report.surfaces, "infer"), values_of(report.surfaces, "step"));
  return report;
}

}  // namespace nnc::report
