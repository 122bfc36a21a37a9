// The tables of a page about one way of calling the model: steps with bars, buffers with their lives, what is kept.
#include <algorithm>
#include <array>

#include "compiler/report/html.h"
#include "compiler/report/numbers.h"
#include "compiler/report/page_parts.h"
#include "compiler/report/text.h"

namespace nnc::report {
namespace {

struct Share {
  const char* style;
  double size;
};

/// `number`, and a bar under it whose whole is `most`.
std::string with_bar(const std::string& number, const std::vector<Share>& shares, double most) {
  std::string parts;
  for (const Share& share : shares) {
    if (share.size <= 0 || most <= 0) continue;
    parts += "<i class=\"" + std::string(share.style) + "\" style=\"width:" + coordinate(100 * share.size / most) +
             "%\"></i>";
  }
  return number + element("span", " class=\"bar\"", parts);
}

/// What a step moves for one sample: the tile's share of what all its samples read together.
double bytes_of(const Step& step, int samples) {
  if (step.kind == StepKind::before || step.kind == StepKind::after) return 0;
  double sum = 0;
  for (const auto* accesses : {&step.reads, &step.writes}) {
    for (const Access& access : *accesses) {
      if (access.where == Where::sums) continue;
      sum += static_cast<double>(access.bytes) / (access.is_per_sample ? 1 : samples);
    }
  }
  return sum;
}

std::string equations(const Step& step) {
  std::string text;
  for (const Fused& each : step.fused) text += element("div", " class=\"equation\"", escaped(each.equation));
  return text;
}

std::string details(const Step& step) {
  std::string text = step.form.empty() ? "" : mono(step.form) + "<br/>";
  if (step.kind == StepKind::scatter) {
    text += step.tasks_axis.empty() ? "one worker: no index is proved to write to rows of its own<br/>"
                                    : exact(step.tasks) + " tasks, one a value of " + mono(step.tasks_axis) + "<br/>";
  }
  text += equations(step);
  text += escaped(report::text(step.work())) + "<br/>";
  if (!step.reads.empty()) text += "reads " + escaped(report::text(step.reads, step.kind)) + "<br/>";
  if (!step.writes.empty()) text += "writes " + escaped(report::text(step.writes, step.kind));
  return text;
}

/// The picture's box that has one of the values; empty where none does.
std::string box_of(const PageModel& model, const std::vector<std::string>& values) {
  const std::vector<NetworkNode>& nodes = model.report.network.nodes;
  for (size_t n = 0; n < nodes.size(); ++n) {
    const bool is_box = nodes[n].kind == NetworkNode::Kind::layer || nodes[n].kind == NetworkNode::Kind::expression;
    for (const std::string& value : nodes[n].values) {
      if (is_box && std::find(values.begin(), values.end(), value) != values.end())
        return model.id + "-box-" + std::to_string(n);
    }
  }
  return "";
}

/// The step in the user's words: a link to the picture's box where there is one for it.
std::string what(const PageModel& model, const Step& step) {
  std::string text = mono(cut(joined(step.makes), 80));
  if (const std::string box = box_of(model, step.makes); !box.empty())
    text = element("a", attribute("href", "#" + box), text);
  if (!step.words.empty()) text += " <span class=\"soft\">" + escaped(joined(step.words)) + "</span>";
  const std::string count =
      step.fused.empty() ? "" : ", " + counted(static_cast<int64_t>(step.fused.size()), "equation");
  return text + "<details><summary>" + std::string(name(step.kind)) + count + "</summary>" + details(step) +
         "</details>";
}

std::string steps(const PageModel& model, const Surface& surface) {
  double most_flop = 0, most_bytes = 0;
  for (const Step& step : surface.steps) {
    most_flop = std::max(most_flop, static_cast<double>(step.work().flop()));
    most_bytes = std::max(most_bytes, bytes_of(step, surface.samples));
  }
  std::string rows;
  for (const Step& step : surface.steps) {
    const double moved = bytes_of(step, surface.samples);
    const std::vector<Share> work = {{"forward", static_cast<double>(step.forward.flop())},
                                     {"backward", static_cast<double>(step.backward.flop())},
                                     {"again", static_cast<double>(step.again.flop())}};
    const bool is_once = step.kind == StepKind::before || step.kind == StepKind::after;
    rows += html_row({{step.number ? std::to_string(step.number) : "–", "right"},
                      {what(model, step), ""},
                      {is_once ? "" : with_bar(exact(step.work().flop()), work, most_flop), "right"},
                      {is_once ? "" : with_bar(rounded(moved), {{"forward", moved}}, most_bytes), "right"},
                      {escaped(step.place), "nowrap"}},
                     model.id + "-" + surface.name + "-" + std::to_string(step.number));
  }
  return html_table({"step>", "what it makes", "flop a sample>", "bytes a sample>", "place"}, rows);
}

std::string life(const Buffer& buffer, int last_step) {
  const double moments = last_step + 2.0, from = buffer.first, to = std::max(buffer.last, buffer.first);
  return element("span", " class=\"life\"",
                 "<i" + std::string(buffer.is_kept ? " class=\"kept\"" : "") +
                     " style=\"margin-left:" + coordinate(100 * from / moments) +
                     "%;width:" + coordinate(100 * (to - from + 1) / moments) + "%\"></i>");
}

std::string buffers(const PageModel& model, const Surface& surface) {
  int last_step = 0;
  for (const Step& step : surface.steps) last_step = std::max(last_step, step.number);
  std::string rows, text = bytes_exactly(surface.tile_bytes);
  if (surface.samples == 1) {
    text = "<h3>On the stack</h3>\n<p>" + text;
  } else {
    text = "<h3>The tile's buffers</h3>\n<p>" + text;
    for (const Target::Cache& cache : model.report.target.caches) {
      const double share = 100.0 * static_cast<double>(surface.tile_bytes) / static_cast<double>(cache.bytes);
      text += ", " + rounded(share) + " % of a " + escaped(cache.name) + " of " + bytes(cache.bytes);
    }
    if (model.report.target.caches.empty()) text += " a block, in the device's memory";
  }
  if (surface.kept_bytes)
    text += "; " + bytes(surface.kept_bytes) + " outlive the tile, until the scatters of its chunk are done";
  if (surface.sums) text += "; beside it a worker has " + counted(surface.sums, "sum") + " over samples";
  text += ".</p>\n";
  for (const Buffer& buffer : surface.buffers) {
    const std::string first = buffer.first == 0 ? "rows" : std::to_string(buffer.first),
                      last = buffer.last > last_step ? "rows" : std::to_string(buffer.last);
    rows += html_row({{mono(buffer.name) + (buffer.parts.empty() ? ""
                                                                 : " <span class=\"soft\">also holds " +
                                                                       escaped(joined(buffer.parts)) + "</span>"),
                       ""},
                      {exact(buffer.elements), "right"},
                      {buffer.type, ""},
                      {bytes(buffer.bytes), "right"},
                      {life(buffer, last_step), ""},
                      {first + " – " + last, "nowrap"}});
  }
  return text + html_table({"name", "numbers a sample>", "type", "bytes>", "lives from step to step", ""}, rows);
}

std::string kept_part(const Surface& surface) {
  if (surface.kept.empty()) return "";
  std::string rows;
  for (const Kept& each : surface.kept) {
    rows += html_row({{mono(each.name), ""},
                      {each.elements ? exact(each.elements) : "", "right"},
                      {name(each.how), "nowrap"},
                      {numbers(each.readers), ""},
                      {escaped(each.why), ""}});
  }
  return "<h3>What the backward pass has of the forward pass</h3>\n" +
         html_table({"value", "numbers a sample>", "how", "for steps", "why"}, rows);
}

}  // namespace

std::string surface_part(const PageModel& model, const Surface& surface) {
  return "<section class=\"surface\"" + attribute("id", model.id + "-" + surface.name) + ">\n<details" +
         (surface.name == "backward" ? "" : " open=\"open\"") + "><summary>" + surface.name + ": " +
         escaped(surface.about) + "</summary>\n" + steps(model, surface) + buffers(model, surface) +
         kept_part(surface) + "</details>\n</section>\n";
}

}  // namespace nnc::report
