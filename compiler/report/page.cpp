#include "compiler/report/page.h"

#include "compiler/emit/text.h"
#include "compiler/report/html.h"
#include "compiler/report/numbers.h"
#include "compiler/report/page_parts.h"
#include "compiler/report/page_style.h"
#include "compiler/report/picture.h"

namespace nnc::report {

std::string html_table(const std::vector<std::string>& head, const std::string& rows) {
  std::string cells;
  for (const std::string& each : head) {
    const bool is_number = each.ends_with('>');
    cells += element("th", is_number ? attribute("class", "right") : "",
                     escaped(is_number ? each.substr(0, each.size() - 1) : each));
  }
  return "<div class=\"wide\"><table><thead><tr>" + cells + "</tr></thead><tbody>\n" + rows +
         "</tbody></table></div>\n";
}

std::string html_row(const std::vector<std::pair<std::string, const char*>>& cells, const std::string& id) {
  std::string text;
  for (const auto& [content, style] : cells) text += element("td", *style ? attribute("class", style) : "", content);
  return element("tr", id.empty() ? "" : attribute("id", id), text) + "\n";
}

namespace {

std::string card(const std::string& number, const std::string& about) {
  return "<div class=\"card\"><b>" + escaped(number) + "</b><span>" + escaped(about) + "</span></div>\n";
}

std::string cards(const Report& report) {
  std::string text = card(exact(report.param_count), "parameters, " + bytes(report.param_bytes()));
  if (report.state_bytes() > 0) text += card(bytes(report.state_bytes()), "kept by the optimizer");
  for (const Surface& surface : report.surfaces)
    text += card(exact(surface.work().flop()), "flop a sample of " + surface.name);
  text +=
      card(bytes(report.surfaces[0].tile_bytes), "a tile of " + std::to_string(report.target.tile) + " samples, infer");
  return text;
}

std::string model_part(const PageModel& model) {
  const Report& report = model.report;
  std::string surfaces;
  for (const Surface& surface : report.surfaces) surfaces += surface_part(model, surface);
  return emit::fill(R"html(
<section class="model" id="$id$">
<h1>$name$</h1>
<p class="soft">$place$ as $target$, $precision$, tiles of $tile$ samples</p>
<div class="cards">
$cards$
</div>
<div class="picture">
$picture$
</div>
<p class="soft">Boxes are layers and expressions; those of one box are computed by one step, one behind the other. On the edges stand shapes of values; dashed edges are of the training step alone.</p>
$layers$
$params$
$sample$
$surfaces$
</section>
)html",
                    {{"id", model.id},
                     {"name", escaped(report.name)},
                     {"place", escaped(report.place)},
                     {"target", escaped(report.target.name)},
                     {"precision", escaped(report.precision)},
                     {"tile", std::to_string(report.target.tile)},
                     {"cards", cards(report)},
                     {"picture", picture(report.network, model.id)},
                     {"layers", layers_part(model)},
                     {"params", params_part(model)},
                     {"sample", sample_part(model)},
                     {"surfaces", surfaces}});
}

}  // namespace

std::string page(const std::vector<Report>& reports, const std::string& title) {
  std::string models, links;
  for (size_t k = 0; k < reports.size(); ++k) {
    const PageModel model{reports[k], "m" + std::to_string(k)};
    models += model_part(model);
    links += element("a", attribute("href", "#" + model.id), escaped(reports[k].name)) + "\n";
  }
  return emit::fill(R"html(
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>$title$</title>
<style>$style$</style>
</head>
<body>
<main>
$links$
$models$
</main>
</body>
</html>
)html",
                    {{"title", escaped(title)},
                     {"style", kPageStyle},
                     {"links", reports.size() > 1 ? "<nav>\n" + links + "</nav>\n" : ""},
                     {"models", models}});
}

}  // namespace nnc::report
