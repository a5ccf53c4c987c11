// The one sheet of a report: light and dark on a screen, ink on paper. Colours are the console's; none carries meaning alone.

export const STYLE = `
:root{color-scheme:light dark;--canvas:light-dark(#f6f6f3,#111214);--surface:light-dark(#fff,#191b1e);--sunken:light-dark(#f4f4f0,#141619);--line:light-dark(#e3e2dc,#2e3138);--ink:light-dark(#1a1b1e,#e9e9e5);--muted:light-dark(#5a5c62,#a3a7af);--accent:light-dark(#2b50b8,#9db6ff);--allow:light-dark(#146239,#74d69f);--allow-soft:light-dark(#e3f3e9,#15291d);--deny:light-dark(#a8211b,#ff9f97);--deny-soft:light-dark(#fbe8e6,#371a1b);--hold:light-dark(#7a4d00,#f3c56b);--hold-soft:light-dark(#fbf0d8,#31260f)}
*{box-sizing:border-box}
body{margin:0;background:var(--canvas);color:var(--ink);font:15px/1.55 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:64rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}
h1{margin:.25rem 0 .25rem;font-size:1.75rem;line-height:1.2;letter-spacing:-.015em}
h2{margin:2.75rem 0 .75rem;font-size:1.2rem;letter-spacing:-.01em}
h3{margin:1.5rem 0 .5rem;font-size:1rem}
h4{margin:1.25rem 0 .4rem;font-size:.75rem;font-weight:600;letter-spacing:.06em;text-transform:uppercase;color:var(--muted)}
p{margin:.5rem 0}
a{color:var(--accent);text-underline-offset:2px}
code,pre,.hash{font-family:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"Liberation Mono",monospace;font-size:.8125rem}
.eyebrow{margin:0;font-size:.75rem;font-weight:600;letter-spacing:.08em;text-transform:uppercase;color:var(--accent)}
.lede,.muted,.note,figcaption,caption{color:var(--muted)}
.note,figcaption{font-size:.8125rem}
.nowrap{white-space:nowrap}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:1px;margin:1.5rem 0;padding:0;border:1px solid var(--line);border-radius:.5rem;overflow:hidden;background:var(--surface)}
.tiles div{padding:.8rem 1rem;background:var(--surface);outline:1px solid var(--line)}
.tiles dt{font-size:.75rem;color:var(--muted)}
.tiles dd{margin:.1rem 0 0;font-size:1.35rem;font-weight:600;font-variant-numeric:tabular-nums;line-height:1.3}
figure{margin:1rem 0;padding:1rem;border:1px solid var(--line);border-radius:.5rem;background:var(--surface)}
svg{display:block;width:100%;height:auto}
svg text{font-family:system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--ink)}
svg .name{font-size:12.5px}
svg .tick{font-size:10.5px;fill:var(--muted)}
svg .sign{font-size:10px;font-weight:700;fill:var(--surface)}
svg .band{fill:var(--sunken)}
svg .grid{stroke:var(--line);stroke-width:1}
svg .branch{fill:none;stroke:var(--muted);stroke-width:1.25}
svg .step{stroke:var(--ink);stroke-width:1.25}
svg .dot.allow{fill:var(--allow)}svg .dot.deny{fill:var(--deny)}svg .dot.hold{fill:var(--hold)}svg .dot.plain{fill:var(--muted)}
svg .bar{stroke-width:1}
svg .bar.allow{fill:var(--allow-soft);stroke:var(--allow)}svg .bar.deny{fill:var(--deny-soft);stroke:var(--deny)}svg .bar.hold{fill:var(--hold-soft);stroke:var(--hold)}svg .bar.plain{fill:var(--sunken);stroke:var(--muted)}
figcaption{margin-top:.6rem}
.scroll{overflow-x:auto}
.scroll table{min-width:46rem}
table{width:100%;border-collapse:collapse;font-size:.8438rem}
caption{padding:.25rem 0;text-align:left;font-size:.8125rem}
th,td{padding:.45rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;overflow-wrap:anywhere}
thead th{font-size:.75rem;font-weight:600;color:var(--muted);white-space:nowrap}
tbody th{font-weight:500}
.number{text-align:right;font-variant-numeric:tabular-nums}
time{font-variant-numeric:tabular-nums}
.hash{overflow-wrap:anywhere;color:var(--muted);font-size:.6875rem}
.badge{display:inline-block;padding:.05rem .55rem;border:1px solid currentcolor;border-radius:1rem;font-size:.75rem;font-weight:600;white-space:nowrap}
.badge.allow{color:var(--allow);background:var(--allow-soft)}.badge.deny{color:var(--deny);background:var(--deny-soft)}.badge.hold{color:var(--hold);background:var(--hold-soft)}.badge.plain{color:var(--muted)}
article{margin:1rem 0;padding:1.1rem 1.25rem 1.25rem;border:1px solid var(--line);border-radius:.5rem;background:var(--surface)}
article>header{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:center;justify-content:space-between}
article h3{margin:0;font-size:1.0625rem;overflow-wrap:anywhere}
.ordinal{display:inline-block;min-width:1.6rem;color:var(--muted);font-weight:500;font-variant-numeric:tabular-nums}
.sentence{margin:.75rem 0;padding:.1rem 0 .1rem .9rem;border-left:3px solid var(--accent);font-size:1rem;overflow-wrap:anywhere}
dl{margin:.75rem 0}
article dl,.about{display:grid;grid-template-columns:repeat(auto-fit,minmax(17.5rem,1fr));gap:.55rem 1.5rem}
dt{font-size:.75rem;color:var(--muted)}
dd{margin:0;overflow-wrap:anywhere}
dd code{font-size:.75rem}
.policy{margin:.5rem 0;padding:.6rem .9rem;border:1px solid var(--line);border-radius:.4rem}
.policy p{margin:.1rem 0}
.reads th,.reads td{padding:.25rem .5rem .25rem 0;border-bottom:0}
.reads{table-layout:fixed}
.reads thead th{font-weight:500}
.reads th:first-child{width:40%}
.approval,.paths{margin:.4rem 0;padding-left:1.3rem}
.approval li,.paths li{margin:.3rem 0;overflow-wrap:anywhere}
.paths{list-style:none;padding:0}
pre{margin:.4rem 0;padding:.7rem .9rem;border:1px solid var(--line);border-radius:.4rem;background:var(--sunken);white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.45}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--muted);font-size:.8125rem}
@media print{
@page{size:A4;margin:16mm 14mm 18mm}
:root{color-scheme:light}
body{background:#fff;font-size:10pt}
main{max-width:none;padding:0}
h1{font-size:17pt}h2{margin-top:1.6rem;font-size:13pt}
h2,h3,h4,caption,thead{break-after:avoid}
article{break-inside:auto;padding:.8rem 0 .4rem;border:0;border-top:1px solid var(--line);border-radius:0}
article>header,.sentence,article dl,.policy,figure,.tiles,.approval li,.paths li,tr{break-inside:avoid}
pre{break-inside:auto;padding:.4rem .6rem}
pre,code{font-size:7.5pt}
dd,td,th{font-size:9pt}
.sentence{font-size:10.5pt}
thead{display:table-header-group}
.scroll{overflow:visible}
.scroll table{min-width:0}
.hash{font-size:6.5pt}
figure{padding:.5rem}
a{color:inherit;text-decoration:none}
.badge,svg .bar,svg .dot,svg .band,pre,.tiles{print-color-adjust:exact}
}`.trim();
