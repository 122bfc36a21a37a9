#include "compiler/report/buffers.h"

#include <algorithm>
#include <iterator>

#include "compiler/kernel/affine.h"
#include "compiler/report/access.h"

namespace nnc::report {

using kernel::Place;

namespace {

/// The steps in which a buffer is written and read.
struct Life {
  int first = INT32_MAX;
  int last = 0;
  void note(int step) {
    first = std::min(first, step);
    last = std::max(last, step);
  }
};

/// What lies in each buffer.
std::vector<std::vector<const ir::Tensor*>> contents_of(const kernel::Program& program) {
  std::vector<std::vector<const ir::Tensor*>> contents(program.buffers.size());
  for (const ir::Tensor* tensor : program.module.tensors()) {
    auto storage = program.storage.find(tensor);
    const bool is_in_tile =
        storage != program.storage.end() && storage->second.place == Place::tile && storage->second.buffer >= 0;
    if (is_in_tile) contents[static_cast<size_t>(storage->second.buffer)].push_back(tensor);
  }
  return contents;
}

std::vector<int> readers_of(const std::string& name, int buffer, const std::vector<Step>& steps) {
  std::vector<int> numbers;
  for (const Step& step : steps) {
    const bool reads = std::any_of(step.reads.begin(), step.reads.end(), [&](const Access& access) {
      return access.name == name && access.buffer == buffer && access.for_gradients;
    });
    if (reads) numbers.push_back(step.number);
  }
  return numbers;
}

std::vector<int> scatters_of(int buffer, const std::vector<Step>& steps) {
  std::vector<int> numbers;
  for (const Step& step : steps) {
    const bool reads = std::any_of(step.reads.begin(), step.reads.end(),
                                   [&](const Access& access) { return access.buffer == buffer; });
    if (step.kind == StepKind::scatter && reads) numbers.push_back(step.number);
  }
  return numbers;
}

}  // namespace

std::vector<Buffer> buffers_of(const kernel::Program& program, const std::vector<Step>& steps, int64_t samples,
                               const std::vector<const ir::Tensor*>& given_back) {
  std::vector<Life> lives(program.buffers.size());
  int last_step = 0;
  for (const Step& step : steps) {
    last_step = std::max(last_step, step.number);
    for (const auto* accesses : {&step.reads, &step.writes}) {
      for (const Access& access : *accesses) {
        if (access.buffer >= 0) lives[static_cast<size_t>(access.buffer)].note(step.number);
      }
    }
  }
  const auto contents = contents_of(program);
  std::vector<Buffer> buffers;
  for (size_t b = 0; b < program.buffers.size(); ++b) {
    const kernel::Buffer& from = program.buffers[b];
    Buffer buffer{.name = from.name,
                  .parts = {},
                  .type = element_name(program, from.type),
                  .elements = from.features,
                  .bytes = from.features * samples * element_bytes(program, from.type),
                  .first = lives[b].first,
                  .last = lives[b].last,
                  .is_kept = from.kept};
    for (const ir::Tensor* tensor : contents[b]) {
      if (tensor->name != from.name) buffer.parts.push_back(tensor->name);
      if (tensor->role == ir::Role::input) buffer.first = 0;
      if (std::find(given_back.begin(), given_back.end(), tensor) != given_back.end()) buffer.last = last_step + 1;
    }
    buffer.first = std::min(buffer.first, buffer.last);
    buffers.push_back(std::move(buffer));
  }
  return buffers;
}

namespace {

/// Pieces of one value with one fate are one row.
class KeptRows {
 public:
  void add(Kept one) {
    auto known = std::find_if(rows_.begin(), rows_.end(), [&](const Kept& each) {
      return each.name == one.name && each.how == one.how && each.why == one.why;
    });
    if (known == rows_.end()) {
      rows_.push_back(std::move(one));
      return;
    }
    known->elements += one.elements;
    std::vector<int> readers;
    std::set_union(known->readers.begin(), known->readers.end(), one.readers.begin(), one.readers.end(),
                   std::back_inserter(readers));
    known->readers = std::move(readers);
  }
  std::vector<Kept> take() { return std::move(rows_); }

 private:
  std::vector<Kept> rows_;
};

}  // namespace

std::vector<Kept> kept_of(const kernel::Program& program, const Parts& parts, const Words& words,
                          const std::vector<Step>& steps, bool is_recomputed) {
  KeptRows rows;
  for (const ir::Tensor* tensor : program.module.tensors()) {
    auto found = program.storage.find(tensor);
    if (found == program.storage.end() || found->second.place != Place::tile || found->second.buffer < 0) continue;
    const int number = found->second.buffer;
    const kernel::Buffer& buffer = program.buffers[static_cast<size_t>(number)];
    const std::string name = words.value_name(tensor->name, parts.of(tensor));
    if (buffer.kept && buffer.name == tensor->name) {
      rows.add(
          {name, buffer.features, Kept::How::for_scatters, std::string(buffer.why_kept), scatters_of(number, steps)});
    }
    if (tensor->role == ir::Role::input || parts.of(tensor) != Part::forward) continue;
    std::vector<int> readers = readers_of(tensor->name, number, steps);
    if (readers.empty()) continue;
    rows.add({name, kernel::elements(*tensor), is_recomputed ? Kept::How::again : Kept::How::in_tile,
              is_recomputed ? "only the caller's rows are kept between two calls" : "its tile goes backward at once",
              std::move(readers)});
  }
  for (const Step& step : steps) {
    for (const Fused& fused : step.fused) {
      if (fused.part == Part::again)
        rows.add({fused.value, 0, Kept::How::again, "cheaper than to keep it", {step.number}});
    }
  }
  return rows.take();
}

}  // namespace nnc::report
