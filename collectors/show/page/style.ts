/** The page's style: light and dark, 360 to 2,560 px, A4. Colours have a contrast of 4.5 and more (WCAG 2.2, 1.4.3). */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--ink:#1a1f25;--dim:#58616b;--rule:#dce0e5;--soft:#f4f6f8;--card:#fff;--accent:#0b6a75;--on:#fff;--tint:#d3e6e8;--warn:#865200;--warnfill:#f7c95c;--err:#b3261e;--errfill:#f7b4ae;--infofill:#c9dcf7;--info:#24578f;--good:#1a6b35}
@media (prefers-color-scheme:dark){:root{--bg:#13161a;--ink:#e7e9ec;--dim:#9ea7b1;--rule:#343a42;--soft:#1b1f24;--card:#14171b;--accent:#56bcc8;--on:#0b1416;--tint:#1f4146;--warn:#f0b848;--warnfill:#d9a233;--err:#ff9086;--errfill:#e0675d;--infofill:#7fa9dd;--info:#93bbef;--good:#7ed097}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1208px;padding:22px 24px 40px;background:var(--bg);color:var(--ink);font:14px/1.45 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
h1,header h2{font-size:27px;line-height:1.2;margin:0;font-weight:650;letter-spacing:-.012em;overflow-wrap:anywhere}
header h2{font-size:22px}.part{font-size:15px;margin:30px 0 8px;font-weight:650}.part small{color:var(--dim);font-weight:400;margin-left:4px}
ul,ol,dl,dd,p,figure{margin:0;padding:0;list-style:none}
a{color:inherit;text-underline-offset:2px}a:focus-visible,button:focus-visible,.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
code{font:12px ui-monospace,"DejaVu Sans Mono",monospace}.dim{color:var(--dim)}
header{border-bottom:2px solid var(--accent);padding-bottom:14px}
.title{display:flex;flex-wrap:wrap;gap:8px 18px;align-items:center}.when{color:var(--dim);margin-left:auto}
dl{display:flex;flex-wrap:wrap;gap:8px 30px;margin-top:14px}dl div{min-width:0}dt{color:var(--dim);font-size:12px}dd{font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.chips{display:flex;flex-wrap:wrap;gap:6px}.chips li{border:1px solid currentColor;border-radius:99px;padding:1px 11px;font-size:13px;color:var(--dim);overflow-wrap:anywhere}
.chips a{text-decoration:none}.chips a:hover{text-decoration:underline}
.chips .error{background:var(--err);border-color:var(--err);color:var(--bg);font-weight:600}.chips .warning{color:var(--warn);font-weight:600}.chips .good{color:var(--good)}.chips .info,.chips .moved{color:var(--info)}
.problems li{display:grid;grid-template-columns:84px minmax(0,1fr);gap:10px;padding:8px 0;border-top:1px solid var(--rule);overflow-wrap:anywhere}.problems li:last-child{border-bottom:1px solid var(--rule)}
.problems p{color:var(--dim);font-size:13px}.evidence{margin-left:14px}.changes li div{display:flex;flex-wrap:wrap;gap:0 14px}.changes li{padding:4px 0}
.level{font-size:13px}.error .level{color:var(--err)}.warning .level{color:var(--warn)}.info .level{color:var(--info)}.came .level{color:var(--good)}.went .level{color:var(--err)}.moved .level,.changed .level{color:var(--info)}
svg{display:block;max-width:100%;height:auto;font:12px system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}svg text{fill:var(--ink)}
.narrow{display:none;width:100%}
svg .dim{fill:var(--dim)}svg .strong{font-weight:650}svg .big{font-size:20px;font-weight:650}
.frame{fill:var(--soft);stroke:var(--rule)}.device{fill:var(--card);stroke:var(--rule)}.cpu{fill:var(--card);stroke:var(--accent);stroke-width:2}.cpu.unfilled{stroke:var(--dim);stroke-dasharray:4 3}
.cell{fill:none;stroke:var(--dim);stroke-opacity:.6}.cell.filled{fill:var(--accent);stroke:var(--accent)}.cell.plain{fill:var(--tint);stroke:var(--accent)}
svg text.in{font-size:11px}svg text.in.filled{fill:var(--on)}svg text.in.empty{fill:var(--dim)}
.branch{fill:none;stroke:var(--dim);stroke-width:1.25}svg text.link{font-size:11px;fill:var(--dim)}
.wire{fill:none;stroke:var(--accent);stroke-width:1.25}.pill{fill:var(--card);stroke:var(--accent)}
.dot{fill:var(--card);stroke:var(--dim);stroke-width:1.5}.dot.linked{fill:var(--accent);stroke:var(--accent)}
.cell.info{fill:var(--infofill);stroke:var(--info);stroke-opacity:1}.cell.warning{fill:var(--warnfill);stroke:var(--warn);stroke-opacity:1}.cell.error{fill:var(--errfill);stroke:var(--err);stroke-width:2;stroke-opacity:1}.cell.empty.error,.cell.empty.warning{fill:none;stroke-dasharray:4 2}
svg text.in.info,svg text.in.warning,svg text.in.error{fill:#1a1f25}svg text.in.empty.error{fill:var(--err);font-weight:650}svg text.in.empty.warning{fill:var(--warn);font-weight:650}
.device.warning,.frame.warning,.cpu.warning,.branch.warning,.wire.warning,.pill.warning,.dot.warning{stroke:var(--warn);stroke-width:2}.device.error,.frame.error,.cpu.error,.branch.error,.wire.error,.pill.error,.dot.error{stroke:var(--err);stroke-width:2}
.dot.warning,.dot.error{fill:var(--card)}svg text.link.warning,svg tspan.warning{fill:var(--warn);font-weight:650}svg text.link.error,svg tspan.error{fill:var(--err);font-weight:650}
.came:is(rect,circle){stroke:var(--good);stroke-width:2.5;stroke-opacity:1}.went:is(rect,circle){stroke:var(--err);stroke-width:1.5;stroke-dasharray:3 3;stroke-opacity:1;fill:none}.moved:is(rect,circle),.changed:is(rect,circle){stroke:var(--info);stroke-width:2.5;stroke-opacity:1}
.dot.linked.went{fill:none}svg text.in.went{fill:var(--err);text-decoration:line-through}
figcaption{color:var(--dim);font-size:12px;margin-top:10px}.key{display:inline-block;width:11px;height:11px;border-radius:3px;margin:0 5px -1px 0;border:1.5px solid var(--dim)}.key:not(:first-child){margin-left:12px}
.key.filled{background:var(--accent);border-color:var(--accent)}.key.plain{background:var(--tint);border-color:var(--accent)}.key.warning{background:var(--warnfill);border-color:var(--warn)}.key.error{background:var(--errfill);border-color:var(--err)}.key.info{background:var(--infofill);border-color:var(--info)}.key.came{border-color:var(--good)}.key.went{border:1.5px dashed var(--err)}.key.moved{border-color:var(--info)}.note{display:block;margin-top:3px}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:12.5px;white-space:nowrap;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:3px 18px 3px 0;border-top:1px solid var(--rule)}thead th{border:0;font-weight:400;color:var(--dim)}tbody th{font-weight:600}.n{text-align:right}.again{color:var(--dim)}
.says{white-space:normal;min-width:200px}tbody>tr>*{vertical-align:top}
td,tbody th{max-width:420px;overflow:hidden;text-overflow:ellipsis}
thead button{all:unset;cursor:pointer}thead button:hover{text-decoration:underline}[aria-sort=ascending] button::after{content:" ↑"}[aria-sort=descending] button::after{content:" ↓"}
tr:target>*{background:color-mix(in srgb,var(--accent) 16%,transparent)}
.tag{border:1px solid currentColor;border-radius:3px;padding:0 4px;margin-left:4px;font-size:11px;font-weight:600;color:var(--info)}tr.warning .tag{color:var(--warn)}tr.error .tag,tr.went .tag{color:var(--err)}tr.came .tag{color:var(--good)}tr.went td,tr.went th{color:var(--dim);text-decoration:line-through}tr.went .tag{text-decoration:none;display:inline-block}
details{margin-top:14px}summary{cursor:pointer;color:var(--dim)}summary:focus-visible{outline:2px solid var(--accent)}
.unread li{color:var(--dim);font-size:13px;overflow-wrap:anywhere}article.machine{margin-top:56px}
@media screen and (min-width:2200px){body{max-width:2480px}.machine>main,main.machine{display:grid;grid-template-columns:1160px minmax(0,1fr);gap:0 56px;align-items:start}}
@media screen and (max-width:760px){body{padding:14px 15px 30px}.when{margin:0}.problems li{grid-template-columns:1fr;gap:0}.wide{display:none}.narrow{display:block}h1{font-size:22px}header h2{font-size:19px}dl{gap:8px 22px}.evidence{display:block;margin:0}}
@media print{:root{color-scheme:light;--bg:#fff;--ink:#1a1f25;--dim:#58616b;--rule:#dce0e5;--soft:#f4f6f8;--card:#fff;--accent:#0b6a75;--on:#fff;--tint:#d3e6e8;--warn:#865200;--warnfill:#f7c95c;--err:#b3261e;--errfill:#f7b4ae;--infofill:#c9dcf7;--info:#24578f;--good:#1a6b35}@page{size:A4;margin:12mm}body{padding:0;font-size:10.5px;max-width:none;print-color-adjust:exact;-webkit-print-color-adjust:exact}.wide{display:block}.narrow{display:none}h1{font-size:19px}.part{font-size:11.5px;margin:14px 0 4px}.level,.problems p,.chips li,dt,figcaption,.unread li,summary{font-size:9px}code{font-size:8.5px}.tag{font-size:7px}.problems li{grid-template-columns:60px minmax(0,1fr);padding:4px 0}dl{gap:4px 18px}table{font-size:7.5px;width:100%}th,td{padding:2px 6px 2px 0;white-space:normal;overflow-wrap:anywhere}.scroll{overflow:visible}thead{display:table-header-group}tr,.problems li{break-inside:avoid}h1,h2,h3{break-after:avoid}.machine{break-before:page}main.machine{break-before:auto}}
`;
