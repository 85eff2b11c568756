#pragma once

namespace spinlab::grading {

/// The report's style sheet: light and dark by the reader's setting, one column on a narrow screen.
constexpr auto kReportStyle = R"css(
:root { color-scheme: light dark; --text: #1d2430; --soft: #5b6676; --page: #fbfbfd; --card: #ffffff; --edge: #dde2ea;
  --pass: #1f7a4d; --fail: #b3372f; --warn: #8a5a00; --none: #6b7280; --accent: #2f5fb3; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e8ef; --soft: #9aa5b5; --page: #14171c; --card: #1c2027;
  --edge: #323945; --pass: #5fcf98; --fail: #f08a80; --warn: #e0b050; --none: #9aa5b5; --accent: #86aef5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; line-height: 1.25; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .6rem; }
p { margin: .3rem 0; }
.soft, .axis { color: var(--soft); fill: var(--soft); }
.scroll { overflow-x: auto; border: 1px solid var(--edge); border-radius: 8px; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; margin-bottom: 1.2rem; }
nav a { overflow-wrap: anywhere; }
.scroll:focus-visible { outline: 2px solid var(--accent); }
th, td { padding: .45rem .75rem; text-align: left; vertical-align: top; border-top: 1px solid var(--edge); }
tbody th { font-weight: inherit; }
thead th { border-top: 0; font-weight: 600; color: var(--soft); font-size: .85rem; white-space: nowrap; }
.right { text-align: right; white-space: nowrap; }
.name { overflow-wrap: anywhere; min-width: 9rem; }
a { color: var(--accent); }
.word { white-space: nowrap; font-weight: 600; }
.pass { color: var(--pass); } .fail { color: var(--fail); } .warn { color: var(--warn); } .none { color: var(--none); }
.dots { letter-spacing: .1em; min-width: 8rem; font-family: ui-monospace, monospace; }
.dots span { cursor: help; }
meter { width: 6rem; height: .8rem; }
svg { display: block; width: 100%; max-width: 38rem; height: auto; }
.bar { fill: var(--accent); } .line { stroke: var(--edge); } .axis { font-size: 12px; text-anchor: middle; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .3rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
pre { margin: .3rem 0; padding: .6rem; overflow-x: auto; background: var(--page); border: 1px solid var(--edge);
  border-radius: 6px; font: 13px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.code { white-space: pre; overflow-wrap: normal; }
details { margin: .6rem 0; }
summary { padding: .3rem 0; cursor: pointer; color: var(--accent); }
.tag { border: 1px solid var(--edge); border-radius: 4px; padding: 0 .35rem; font-size: .78rem; color: var(--soft); }
@media (max-width: 40rem) { th, td { padding: .4rem .5rem; } .wide { display: none; }
  .name { min-width: 6rem; } .word, .right { white-space: normal; } .id { font-size: .8rem; } .axis { font-size: 20px; }
  dl { grid-template-columns: 1fr; } dt { margin-top: .4rem; } }
@media print { .scroll { overflow: visible; } }
)css";

}  // namespace spinlab::grading
