// The tables of a page about the whole model: layers, parameters, rows, work and memory of a sample.
#include <algorithm>
#include <array>

#include "compiler/report/html.h"
#include "compiler/report/numbers.h"
#include "compiler/report/page_parts.h"
#include "compiler/report/text.h"

namespace nnc::report {
namespace {

std::string link(const std::string& to, const std::string& text) {
  return element("a", attribute("href", "#" + to), escaped(text));
}

std::string key(const std::string& style, const std::string& about) {
  return "<span class=\"nowrap\"><span class=\"key " + style + "\"></span>" + about + "</span> ";
}

/// The whole is 100.
std::string bar(const Work& forward, const Work& backward, const Work& again, int64_t whole) {
  std::string parts;
  auto part = [&](const char* style, const Work& work) {
    if (work.flop() == 0 || whole == 0) return;
    const double share = 100.0 * static_cast<double>(work.flop()) / static_cast<double>(whole);
    parts += "<i class=\"" + std::string(style) + "\" style=\"width:" + coordinate(share) + "%\"></i>";
  };
  part("forward", forward);
  part("backward", backward);
  part("again", again);
  return element("span", " class=\"bar\"", parts);
}

}  // namespace

std::string layers_part(const PageModel& model) {
  const Network& network = model.report.network;
  std::string rows;
  for (size_t n = 0; n < network.nodes.size(); ++n) {
    const NetworkNode& node = network.nodes[n];
    if (node.is_end()) continue;
    std::string steps;
    const std::string surface = node.is_of_loss ? "step" : "infer";
    for (int step : node.steps) {
      steps += (steps.empty() ? surface + " " : ", ") +
               link(model.id + "-" + surface + "-" + std::to_string(step), std::to_string(step));
    }
    const std::string number = std::to_string(n);
    rows += html_row({{element("a", attribute("href", "#" + model.id + "-box-" + number),
                               mono(node.text.empty() ? node.title : cut(node.text, 90))),
                       ""},
                      {mono(joined(node.values)), ""},
                      {escaped(joined(node.shapes)), "nowrap"},
                      {node.param_count ? exact(node.param_count) : "", "right"},
                      {steps, "nowrap"},
                      {escaped(node.place), "nowrap"}},
                     model.id + "-layer-" + number);
  }
  return "<h2>Layers</h2>\n" +
         html_table({"layer or expression", "value", "shape", "parameters>", "computed by", "place"}, rows);
}

std::string params_part(const PageModel& model) {
  const Report& report = model.report;
  std::string rows, text = "<h2>Parameters</h2>\n<p>" + counted(report.param_count, "number") + ", " +
                           bytes_exactly(report.param_bytes()) + " as f32.</p>\n";
  for (const Param& each : report.params) {
    const std::string keeper = each.is_frozen ? "frozen" : each.state_count ? bytes(4 * each.state_count) : "";
    rows += html_row({{mono(each.name), ""},
                      {escaped(shape(each.shape)), "nowrap"},
                      {exact(each.count), "right"},
                      {bytes(each.bytes()), "right"},
                      {escaped(each.start), "nowrap"},
                      {escaped(keeper), "right"},
                      {escaped(each.place), "nowrap"}});
  }
  if (!rows.empty())
    text += html_table({"name", "shape", "numbers>", "bytes>", "starts as", "kept of it>", "place"}, rows);
  for (const Optimizer& each : report.optimizers) {
    text += "<p>" + mono(each.text) + " <span class=\"soft\">" + escaped(each.place) + "</span> updates " +
            counted(each.params, "number") +
            (each.states.empty() ? "" : " and keeps " + mono(joined(each.states)) + " of each");
    if (each.numbers) text += ", and " + counted(each.numbers, "number") + " that are one for all";
    text += ": " + bytes_exactly(each.bytes()) + ". A step reads " + bytes(each.read) + " and writes " +
            bytes(each.written);
    if (each.is_by_element) text += " in " + counted(each.flop, "operation");
    text += ".</p>\n";
  }
  return text;
}

std::string sample_part(const PageModel& model) {
  const Report& report = model.report;
  std::string work, memory, rows;
  int64_t most = 0;
  for (const Surface& surface : report.surfaces) most = std::max(most, surface.work().flop());
  for (const Surface& surface : report.surfaces) {
    const Work all = surface.work();
    work += html_row({{link(model.id + "-" + surface.name, surface.name), ""},
                      {exact(all.multiply_adds), "right"},
                      {exact(all.other), "right"},
                      {exact(all.costly), "right"},
                      {exact(all.integer), "right"},
                      {exact(all.selects), "right"},
                      {exact(all.gathers), "right"},
                      {exact(all.flop()) + bar(surface.forward, surface.backward, surface.again, most), "right"}});
    memory += html_row({{link(model.id + "-" + surface.name, surface.name), ""},
                        {exact(surface.read_bytes()), "right"},
                        {exact(surface.written_bytes()), "right"},
                        {exact(surface.gathered), "right"},
                        {exact(surface.scattered), "right"},
                        {exact(surface.params), "right"},
                        {rounded(surface.intensity()), "right"},
                        {rounded(surface.intensity_with_params()), "right"}});
    for (const auto* list : {&surface.read, &surface.written}) {
      for (const Row& row : *list) {
        rows += html_row({{surface.name, ""},
                          {list == &surface.read ? "read" : "written", ""},
                          {mono(row.name), ""},
                          {escaped(shape(row.shape)), "nowrap"},
                          {row.type, ""},
                          {bytes(row.bytes), "right"}});
      }
    }
  }
  return "<h2>Work of one sample</h2>\n<p>Two operations a multiply-add of a product, one any other on reals; costly: "
         "exp, tanh, "
         "sqrt and such. " +
         key("forward", "outputs and loss") + key("backward", "gradients") + key("again", "computed again") + "</p>\n" +
         html_table({"", "multiply-adds>", "other>", "costly>", "integer>", "selects>", "gathers>", "flop>"}, work) +
         "<h2>Memory of one sample</h2>\n<p>In bytes. Scattered numbers are read and written again; the parameters "
         "that a tile "
         "reads are " +
         sharing(report) + ". Flop a byte of rows, gathers and scatters, without and with those.</p>\n" +
         html_table({"", "rows read>", "rows written>", "gathered>", "scattered>", "parameters a tile>", "flop a byte>",
                     "with parameters>"},
                    memory) +
         "<details><summary>the caller's rows</summary>\n" +
         html_table({"", "", "row", "shape", "type", "bytes>"}, rows) + "</details>\n";
}

}  // namespace nnc::report
