// How a page looks, in light and in dark, on a phone and on a desk.
#pragma once

namespace nnc::report {

inline constexpr const char* kPageStyle = R"css(
:root {
  color-scheme: light dark;
  --paper: #fbfbfa; --card: #ffffff; --ink: #1c2024; --soft: #5f6b76; --line: #d9dee3; --hover: #eef3f8;
  --forward: #2f72b8; --backward: #cf6f1b; --again: #8a8f98; --edge: #8c97a2; --good: #2b7d56; --loss: #b3374c;
  --frame: #eef1f4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181b; --card: #1e2226; --ink: #e6e9ec; --soft: #9aa5b0; --line: #343a41; --hover: #29303a;
    --forward: #64a7ea; --backward: #eb9a4b; --again: #7c828b; --edge: #75808b; --good: #57b98a; --loss: #ec7186;
    --frame: #191d20;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 20px 16px 60px; }
h1 { font-size: 26px; margin: 0 0 2px; overflow-wrap: anywhere; }
h2 { font-size: 19px; margin: 34px 0 8px; }
h3 { font-size: 15px; margin: 20px 0 6px; }
p { margin: 4px 0 10px; max-width: 76ch; }
section.model + section.model { margin-top: 56px; border-top: 2px solid var(--line); padding-top: 28px; }
code, .mono { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 0.87em; }
.soft { color: var(--soft); }
a { color: var(--forward); text-decoration: none; }
a:hover { text-decoration: underline; }
nav { margin: 6px 0 0; display: flex; flex-wrap: wrap; gap: 4px 14px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; margin: 16px 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 8px 12px; }
.card b { display: block; font-size: 20px; font-weight: 600; }
.card span { color: var(--soft); font-size: 13px; }
.wide { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th, td { text-align: left; vertical-align: top; padding: 5px 10px; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-weight: 500; white-space: nowrap; }
td.right, th.right { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.nowrap { white-space: nowrap; }
tr:target td, tr:target th { background: var(--hover); }
details { margin-top: 2px; }
summary { color: var(--soft); cursor: pointer; font-size: 12.5px; }
section.surface > details > summary { font-size: 19px; font-weight: 600; color: var(--ink); margin: 30px 0 8px; }
.equation { margin: 2px 0; padding-left: 2.5em; text-indent: -2.5em; font: 12px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.bar { display: flex; width: 120px; height: 9px; margin: 6px 0 0 auto; border-radius: 2px; background: var(--hover); overflow: hidden; }
.bar i { height: 100%; }
.forward { background: var(--forward); } .backward { background: var(--backward); } .again { background: var(--again); }
.life { display: block; width: 220px; height: 9px; margin-top: 6px; border-radius: 2px; background: var(--hover); }
.life i { display: block; height: 100%; border-radius: 2px; background: var(--forward); }
.life i.kept { background: var(--backward); }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin: 0 4px 0 10px; }
.picture { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; text-align: center; }
.picture svg { display: inline-block; vertical-align: top; max-width: 100%; height: auto; }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); }
svg .name { font-size: 13px; font-weight: 600; }
svg .value, svg .frame-title { fill: var(--soft); font-size: 11.5px; }
svg .badge { fill: var(--forward); font-size: 11.5px; }
svg .right { text-anchor: end; }
svg .middle { text-anchor: middle; }
svg .shape { fill: var(--soft); font-size: 11px; }
svg .shape-ground { fill: var(--card); }
svg .framed .shape-ground { fill: var(--frame); }
svg .box, svg .pill { fill: var(--paper); stroke: var(--edge); stroke-width: 1.2; }
svg .box.loss, svg .pill.target { stroke: var(--loss); }
svg .pill.input { stroke: var(--good); } svg .pill.output { stroke: var(--forward); }
svg .frame { fill: var(--frame); stroke: var(--line); }
svg .frame-ground { fill: var(--frame); }
svg .rule { stroke: var(--line); }
svg .hit { fill: transparent; }
svg a:hover .hit, svg a:target .hit { fill: var(--hover); }
svg .edge path, svg .pipe { fill: none; stroke: var(--edge); stroke-width: 1.4; }
svg .edge .head { fill: var(--edge); stroke: none; }
svg .edge.training path { stroke: var(--loss); stroke-dasharray: 5 4; }
svg .edge.training .head { fill: var(--loss); stroke: none; }
)css";

}  // namespace nnc::report
