#include "compiler/report/text.h"

#include <algorithm>
#include <array>

#include "compiler/report/numbers.h"
#include "compiler/report/table.h"

namespace nnc::report {

const char* name(StepKind kind) {
  static constexpr std::array<const char*, 8> kNames = {
      "product", "weight gradient", "sum over samples",    "nest",
      "clear",   "scatter",         "once a batch, first", "once a batch, last"};
  return kNames[static_cast<size_t>(kind)];
}

const char* name(Kept::How how) {
  static constexpr std::array<const char*, 3> kNames = {"kept in the tile", "kept for scatters", "computed again"};
  return kNames[static_cast<size_t>(how)];
}

std::string numbers(const std::vector<int>& list) {
  std::string text;
  for (size_t first = 0, last = 0; first < list.size(); first = last + 1) {
    for (last = first; last + 1 < list.size() && list[last + 1] == list[last] + 1;) ++last;
    text += (text.empty() ? "" : ", ") + std::to_string(list[first]);
    if (last > first) text += (last == first + 1 ? ", " : "–") + std::to_string(list[last]);
  }
  return text;
}

std::string sharing(const Report& report) {
  std::string text = "shared by its " + std::to_string(report.target.tile) + " samples";
  for (const Surface& surface : report.surfaces) {
    if (surface.samples == 1) text += ", and read for each by " + surface.name;
  }
  return text;
}

std::string text(const std::vector<Access>& accesses, StepKind kind) {
  std::vector<Access> merged;
  for (const Access& access : accesses) {
    auto known = std::find_if(merged.begin(), merged.end(), [&](const Access& each) {
      return each.value == access.value && each.where == access.where && each.is_computed == access.is_computed;
    });
    if (known == merged.end()) known = merged.insert(known, access), known->elements = 0;
    known->elements += access.elements;
  }
  const bool is_once = kind == StepKind::before || kind == StepKind::after;
  std::string text;
  for (const Access& access : merged) {
    text += (text.empty() ? "" : ", ") + access.value + " " + exact(access.elements);
    if (is_once) continue;
    if (access.where == Where::sums) {
      text += " of its worker's sums";
    } else if (!access.is_per_sample) {
      text += " a tile";
    }
    if (access.is_computed) text += " at computed places";
  }
  return text;
}

std::string text(const Work& work) {
  struct Counted {
    int64_t number;
    const char* noun;
  };
  const std::array<Counted, 6> parts = {Counted{work.multiply_adds, "multiply-add"},
                                        Counted{work.other, "other operation"},
                                        Counted{work.costly, "costly function"},
                                        Counted{work.integer, "integer operation"},
                                        Counted{work.selects, "select"},
                                        Counted{work.gathers, "gather"}};
  std::string text;
  for (const Counted& part : parts) {
    if (part.number) text += (text.empty() ? "" : ", ") + counted(part.number, part.noun);
  }
  return text.empty() ? "nothing" : text;
}

namespace {

template <class All, class Text>
std::string listed(const All& all, const char* between, const Text& text_of) {
  std::string text;
  for (const auto& each : all) text += (text.empty() ? "" : between) + text_of(each);
  return text;
}

std::string params(const Report& report) {
  std::string text =
      "parameters: " + counted(report.param_count, "number") + ", " + bytes_exactly(report.param_bytes()) + "\n";
  Table table("lrrrll");
  for (const Param& each : report.params) {
    table.row({each.name, shape(each.shape), exact(each.count), bytes(each.bytes()),
               each.start + (each.is_frozen ? ", frozen" : ""), each.place});
  }
  text += table.text(2);
  for (const Optimizer& each : report.optimizers) {
    text += "\n" + (each.text.empty() ? each.name : each.text) + "  " + each.place + "\n  updates " +
            counted(each.params, "number");
    text += each.states.empty() ? ", keeps nothing of them" : ", keeps " + joined(each.states) + " of them";
    if (each.numbers) text += " and " + counted(each.numbers, "number") + " that are one for all";
    text += ": " + bytes_exactly(each.bytes()) + "\n  a step reads " + bytes_exactly(each.read) + ", writes " +
            bytes_exactly(each.written);
    text += each.is_by_element ? ": " + counted(each.flop, "operation") + ", the same of each element\n"
                               : "; some parameters are updated as a whole\n";
  }
  return text;
}

std::string rows(const Report& report) {
  static constexpr std::array<const char*, 5> kKinds = {"read", "read", "written", "read", "written"};
  Table table("lllrrl");
  for (const Surface& surface : report.surfaces) {
    for (const auto* list : {&surface.read, &surface.written}) {
      for (const Row& row : *list) {
        table.row({surface.name, kKinds[static_cast<size_t>(row.kind)], row.name, shape(row.shape), row.type,
                   bytes(row.bytes)});
      }
    }
  }
  return "rows of one sample\n" + table.text(2);
}

std::string work(const Report& report) {
  Table table("llrrrrrrr");
  table.row({"", "", "multiply-adds", "other", "costly", "integer", "selects", "gathers", "flop"});
  auto row = [&](const std::string& surface, const char* part, const Work& work) {
    table.row({surface, part, exact(work.multiply_adds), exact(work.other), exact(work.costly), exact(work.integer),
               exact(work.selects), exact(work.gathers), exact(work.flop())});
  };
  for (const Surface& surface : report.surfaces) {
    const Work none;
    std::string name = surface.name;
    auto part = [&](const char* which, const Work& of) {
      if (of == none || of == surface.work()) return;
      row(name, which, of);
      name = "";
    };
    part("forward", surface.forward);
    part("backward", surface.backward);
    part("computed again", surface.again);
    row(name, "all", surface.work());
  }
  return "work of one sample (flop: two a multiply-add of a product, one any other operation on reals; costly: exp, "
         "tanh, "
         "sqrt, …)\n" +
         table.text(2);
}

std::string memory(const Report& report) {
  Table table("lrrrrrrr");
  table.row({"", "rows read", "rows written", "gathered", "scattered", "parameters a tile", "flop a byte",
             "with parameters"});
  for (const Surface& surface : report.surfaces) {
    table.row({surface.name, exact(surface.read_bytes()), exact(surface.written_bytes()), exact(surface.gathered),
               exact(surface.scattered), exact(surface.params), rounded(surface.intensity()),
               rounded(surface.intensity_with_params())});
  }
  return "memory of one sample, in bytes (scattered: read and written again; the parameters of a tile are " +
         sharing(report) + ")\n" + table.text(2);
}

/// Whole equations where there are few, else names.
std::string fused(const Step& step) {
  constexpr size_t kMostLines = 6;
  const bool is_product = step.kind == StepKind::product;
  std::string text;
  if (step.fused.size() <= kMostLines) {
    const char* head = is_product ? "then      " : "computes  ";
    for (const Fused& each : step.fused) {
      text += "       " + std::string(head) + each.equation + "\n";
      head = "          ";
    }
    return text;
  }
  std::vector<std::string> names;
  for (const Fused& each : step.fused) {
    if (std::find(names.begin(), names.end(), each.value) == names.end()) names.push_back(each.value);
  }
  return "       " + std::string(is_product ? "then      " : "computes  ") +
         counted(static_cast<int64_t>(step.fused.size()), "equation") + ", pieces of " + joined(names) + "\n";
}

std::string step_text(const Step& step) {
  const std::string number = step.kind == StepKind::before ? "–" : std::to_string(step.number);
  std::string text = std::string(4 - std::min<size_t>(3, width(number)), ' ') + number + "  " + joined(step.makes);
  if (!step.place.empty()) text += "  " + step.place;
  if (!step.words.empty()) text += "  " + joined(step.words);
  text += "\n       " + std::string(name(step.kind));
  if (!step.form.empty())
    text += std::string(width(name(step.kind)) < 8 ? 10 - width(name(step.kind)) : 2, ' ') + step.form;
  text += "\n";
  if (step.kind == StepKind::scatter) {
    text += "       tasks     ";
    text += step.tasks_axis.empty()
                ? "one worker: no index is proved to write to rows of its own\n"
                : exact(step.tasks) + ", one a value of " + step.tasks_axis + ": each writes to rows of its own\n";
  }
  text += fused(step);
  if (step.work() != Work{}) text += "       work      " + report::text(step.work()) + "\n";
  if (!step.reads.empty()) text += "       reads     " + report::text(step.reads, step.kind) + "\n";
  if (!step.writes.empty()) text += "       writes    " + report::text(step.writes, step.kind) + "\n";
  return text;
}

/// `: more than a first cache of 32 KiB, within a second cache of 1 MiB`
std::string beside_caches(const Target& target, int64_t size) {
  if (target.caches.empty()) return " a block, in the device's memory";
  return listed(target.caches, ", ", [&](const Target::Cache& cache) {
    return (size > cache.bytes ? "more than a " : "within a ") + cache.name + " of " + bytes(cache.bytes);
  });
}

std::string moment(int step, int last_step) {
  return step == 0 ? "rows" : step > last_step ? "rows" : std::to_string(step);
}

std::string buffers(const Report& report, const Surface& surface) {
  int last_step = 0;
  for (const Step& step : surface.steps) last_step = std::max(last_step, step.number);
  std::string text;
  if (surface.samples == 1) {
    text = "  on the stack: " + bytes_exactly(surface.tile_bytes) + ", beside the sums of one product at a time";
  } else {
    text = "  tile: " + std::to_string(surface.samples) + " samples, " + bytes_exactly(surface.tile_bytes);
    text += (report.target.caches.empty() ? "" : ": ") + beside_caches(report.target, surface.tile_bytes);
  }
  if (surface.kept_bytes)
    text += "; of them " + bytes_exactly(surface.kept_bytes) + " that scatters read when a chunk's tiles are done";
  text += "\n";
  Table table("lrlrlll");
  for (const Buffer& buffer : surface.buffers) {
    std::string life = moment(buffer.first, last_step) + " – " + moment(buffer.last, last_step);
    std::string also = buffer.parts.empty() ? "" : "also holds " + joined(buffer.parts);
    if (buffer.is_kept) also += also.empty() ? "kept" : ", kept";
    table.row({buffer.name, exact(buffer.elements), buffer.type, bytes(buffer.bytes), "steps", life, also});
  }
  text += table.text(4);
  if (surface.sums) text += "  sums of a worker: " + counted(surface.sums, "number") + "\n";
  return text;
}

std::string kept(const Surface& surface) {
  Table table("lrlll");
  for (const Kept& each : surface.kept) {
    table.row({each.name, each.elements ? exact(each.elements) : "", name(each.how),
               (each.readers.size() > 1 ? "for steps " : "for step ") + numbers(each.readers), each.why});
  }
  return table.empty() ? "" : "  what the backward pass has of the forward pass\n" + table.text(4);
}

std::string surface_text(const Report& report, const Surface& surface) {
  std::string text = surface.name + ": " + surface.about + "\n";
  for (const Step& step : surface.steps) text += step_text(step);
  return text + buffers(report, surface) + kept(surface);
}

}  // namespace

std::string text(const Report& report) {
  std::string text = report.name + (report.place.empty() ? "" : "  " + report.place) + "  as " + report.target.name +
                     ", " + report.precision + ", tiles of " + std::to_string(report.target.tile) + " samples\n\n";
  text += params(report) + "\n" + rows(report) + "\n" + work(report) + "\n" + memory(report);
  for (const Surface& surface : report.surfaces) text += "\n" + surface_text(report, surface);
  return text;
}

}  // namespace nnc::report
