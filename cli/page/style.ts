/** How the pages look: in the colours of the reader's system, light or dark, and on paper. */
export const style = `
:root { color-scheme: light dark; --page: #f4f6f8; --card: #fff; --ink: #17202b; --soft: #566373; --line: #d3dae2;
  --good: #17713f; --good-bg: #dff3e6; --bad: #b01e1e; --bad-bg: #fde4e2; --warn: #7d5200; --warn-bg: #ffefc9; --none: #e9edf1; --shadow: 0 1px 3px #0002; }
@media (prefers-color-scheme: dark) { :root { --page: #10151b; --card: #1a222b; --ink: #e6ebf1; --soft: #9fadbd; --line: #34404d;
  --good: #6fd99b; --good-bg: #123623; --bad: #ff9a92; --bad-bg: #471a1b; --warn: #f2c464; --warn-bg: #40300c; --none: #26303b; --shadow: none; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
header, main { max-width: 76rem; margin: 0 auto; padding: 0 1.5rem; }
header { display: flex; flex-wrap: wrap; gap: .5rem 2rem; align-items: center; justify-content: space-between; padding-top: 1.5rem; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.1rem; margin: 0 0 .8rem; } h3 { font-size: 1rem; margin: 0; }
p, ul, ol, dl { margin: .3rem 0; } .soft { color: var(--soft); } header p { margin: 0; }
code, pre, td.text { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .87em; overflow-wrap: anywhere; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; box-shadow: var(--shadow); padding: 1.1rem 1.3rem; margin: 1.1rem 0; }
.badge { display: inline-block; padding: .05rem .6rem; border-radius: 1rem; background: var(--none); font-weight: 600; }
.badge.good { background: var(--good-bg); color: var(--good); } .badge.bad { background: var(--bad-bg); color: var(--bad); }
.badge.warn { background: var(--warn-bg); color: var(--warn); } header > .badge { font-size: 1.1rem; padding: .3rem 1rem; }
.marks { list-style: none; padding: 0; margin: .4rem 0 0; } .marks li { padding-left: 1.4em; text-indent: -1.4em; overflow-wrap: anywhere; }
.marks li > span { display: inline-block; width: 1.4em; text-indent: 0; font-weight: 700; }
.marks .good > span { color: var(--good); } .marks .bad { color: var(--bad); } .marks .unknown { color: var(--soft); }
.causes li { margin: .25rem 0; overflow-wrap: anywhere; }
.careful { border-left: 5px solid var(--warn); background: var(--warn-bg); padding: .5rem .9rem; border-radius: 6px; margin: .5rem 0; }
.failed { border-left: 5px solid var(--bad); background: var(--bad-bg); padding: .5rem .9rem; border-radius: 6px; margin: .5rem 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; } caption { text-align: left; font-weight: 600; padding-bottom: .4rem; }
caption small { display: block; font-weight: 400; color: var(--soft); } th { text-align: left; font-weight: 600; }

.top { display: flex; flex-direction: column; align-items: center; } .wire { width: 2px; height: 1.3rem; background: var(--line); }
.tier { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 1rem; width: 100%; }
.bus { width: 100%; height: 2px; background: var(--line); margin-bottom: 1rem; } .bus.end { margin: 1rem 0 1rem; }
.box { border: 1px solid var(--line); border-top: 4px solid var(--soft); border-radius: 8px; padding: .7rem .9rem; background: var(--page); min-width: 0; }
.box.good { border-top-color: var(--good); } .box.bad { border-top-color: var(--bad); border-top-style: double; } .box p { margin: 0; }
.box h3 .soft { font-weight: 400; } .box h3 { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .3rem; }
.name { min-width: min(100%, 22rem); text-align: center; } .name h3 { justify-content: center; }

.grids { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 1.5rem 2rem; }
.grid { border-collapse: separate; border-spacing: 3px; } .grid th { font-size: .87em; font-weight: 500; color: var(--soft); padding: .1rem .4rem; white-space: nowrap; }
.grid thead th { text-align: center; } .grid td { min-width: 4rem; height: 2.2rem; text-align: center; border-radius: 5px; background: var(--none); color: var(--soft); padding: 0 .3rem; }
.grid td.good { background: var(--good-bg); color: var(--good); font-weight: 700; } .grid td.bad { background: var(--bad-bg); color: var(--bad); font-weight: 700; outline: 2px solid var(--bad); outline-offset: -2px; }

.time { width: 100%; } .time th, .time td { padding: .45rem .4rem; vertical-align: middle; border-left: 1px dotted var(--line); min-width: 5rem; }
.time tr > :first-child { border-left: 0; min-width: 5rem; } .time .begins { border-left: 2px solid var(--soft); }
.time thead th { font-weight: 500; font-size: .87em; vertical-align: bottom; } .time .when { color: var(--soft); font-style: italic; font-weight: 400; }
.time tbody td { background: linear-gradient(var(--lane), var(--lane)) center / 100% 4px no-repeat; height: 3.4rem; } .time tbody tr + tr > * { border-top: 1px solid var(--line); }
.time .serving { --lane: var(--good); } .time .idle { --lane: transparent; }
.time .pause { background: repeating-linear-gradient(135deg, var(--warn) 0 6px, transparent 6px 12px) center / 100% 8px no-repeat; }
.chip { display: block; width: fit-content; margin: .15rem auto; padding: .05rem .45rem; border: 1px solid var(--line); border-radius: 6px; background: var(--card); font-size: .83em; white-space: nowrap; }
.chip.warn { background: var(--warn-bg); color: var(--warn); border-color: var(--warn); font-weight: 600; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.5rem; color: var(--soft); font-size: .87em; } .legend i { display: inline-block; width: 2.2rem; height: 4px; vertical-align: middle; background: var(--good); }
.legend i.paused { height: 8px; background: repeating-linear-gradient(135deg, var(--warn) 0 6px, transparent 6px 12px); }
.list th, .list td { padding: .3rem .8rem .3rem 0; border-top: 1px solid var(--line); vertical-align: top; } .list th { white-space: nowrap; } .list thead th { border-top: 0; color: var(--soft); font-weight: 500; }
details { border: 1px solid var(--line); border-radius: 8px; margin: .6rem 0; } summary { padding: .5rem .8rem; cursor: pointer; overflow-wrap: anywhere; }
pre { margin: 0; padding: .6rem 0; border-top: 1px solid var(--line); overflow-x: auto; line-height: 1.45; } pre span { display: block; padding: 0 .8rem; width: max-content; min-width: 100%; }
pre .new { background: var(--good-bg); color: var(--good); } pre .old { background: var(--bad-bg); color: var(--bad); } pre .at { color: var(--soft); }
@media print { section { break-inside: avoid; } .scroll { overflow: visible; } }
`;
