const LIGHT = `--page:#faf9f5;--card:#fff;--ink:#1f1e1b;--soft:#66645c;--line:#e2dfd5;--grid:#edeae2;--brand:#a3262a;
--data:#2a6496;--round:#2a649640;--bare:#98958b;--good:#2f7d4a;--fresh:#a3c0d8;--good-zone:#2f7d4a38;--bad:#b3261e;--stale:#d39a10;--failed:#b3261e;--zone:#a3262a12`;
const DARK = `--page:#161613;--card:#1f1f1b;--ink:#eceae3;--soft:#a5a297;--line:#37362f;--grid:#2c2b26;--brand:#e98a8c;
--data:#79b4e6;--round:#79b4e650;--bare:#84817a;--good:#74c68f;--fresh:#3d6482;--good-zone:#74c68f3d;--bad:#f2938b;--stale:#e9bd55;--failed:#f2938b;--zone:#e98a8c1c`;

/** Light and dark as the reader's system is; on paper always light. */
export const STYLE = `:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:80rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}
header{border-top:4px solid var(--brand);padding-top:1.25rem}
h1{margin:0;font-size:1.75rem;letter-spacing:-.01em}h1 small{font-weight:400;color:var(--soft);font-size:1rem;margin-left:.6rem}
h2{margin:2.75rem 0 .25rem;font-size:1.15rem}h3{margin:0;font-size:.95rem}
p{margin:.15rem 0 1rem;color:var(--soft);max-width:52rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.9rem;margin:1.4rem 0 0;padding:0}
.tiles div,.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.9rem 1.1rem}
.tiles dt{color:var(--soft);font-size:.8rem}.tiles dd{margin:0;font-size:1.05rem}.tiles dd b{font-size:1.6rem;font-weight:600;margin-right:.3rem}.tiles small{display:block;color:var(--soft);font-size:.8rem}
.card{overflow-x:auto;margin-top:.6rem}
table{border-collapse:collapse;width:100%;font-size:.87rem}td:last-child,th:last-child{padding-right:0}
th{text-align:left;font-weight:500;color:var(--soft);font-size:.8rem;vertical-align:bottom;border-bottom:1px solid var(--line);padding:.3rem .8rem .3rem 0}
td{padding:.3rem .8rem .3rem 0;vertical-align:middle}tr.first td{border-top:1px solid var(--grid)}
td.n,th.n{text-align:right;white-space:nowrap}td.p{font-weight:600;white-space:nowrap}td.w{color:var(--soft)}
.reached{color:var(--good);font-weight:600;white-space:nowrap}.missed,.failed{color:var(--bad);font-weight:600;white-space:nowrap}.unknown{color:var(--soft);white-space:nowrap}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(17.5rem,1fr));gap:.9rem;margin-top:.6rem}.panels .card,.wide .card{margin:0;overflow:hidden}
.wide{display:grid;gap:.9rem;margin-top:.6rem}
.card small{color:var(--soft);font-size:.8rem}
svg{display:block;max-width:100%;height:auto;overflow:visible}.card>svg{width:100%}td svg,th svg{max-width:none}
svg text{font:11px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--soft)}svg text.strong{fill:var(--ink)}
.grid{stroke:var(--grid)}.axis{stroke:var(--line)}.one{stroke:var(--bare)}.bound{stroke:var(--ink);stroke-width:2}
.curve{fill:none;stroke:var(--data);stroke-width:2;stroke-linejoin:round}.thin{fill:none;stroke:var(--round);stroke-width:1}.beside{fill:none;stroke:var(--bare);stroke-width:1.5;stroke-dasharray:4 3}
.track{fill:var(--grid)}.good{fill:var(--good-zone)}.dot{fill:var(--data)}.dot.bad{fill:var(--bad)}.faint{fill:var(--round)}
.fresh{fill:var(--fresh)}.stale{fill:var(--stale)}.lost{fill:var(--failed)}.zone{fill:var(--zone)}.mark{stroke:var(--brand);stroke-dasharray:3 3}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin:.4rem 0 0;color:var(--soft);font-size:.82rem}.legend i{display:inline-block;width:.8rem;height:.8rem;border-radius:2px;margin-right:.4rem;vertical-align:-.1rem}
.legend i.fresh{background:var(--fresh)}.legend i.stale{background:var(--stale)}.legend i.lost{background:var(--failed)}.legend i.bare{background:none;border-top:2px dashed var(--bare);height:0;vertical-align:.25rem;border-radius:0;width:1.2rem}
.notes{columns:2 24rem;column-gap:2rem}.notes div{break-inside:avoid;margin-bottom:.9rem}.notes ul{margin:.1rem 0 0;padding-left:1.1rem;color:var(--soft);font-size:.85rem}
footer{margin-top:3rem;color:var(--soft);font-size:.8rem}
@media print{:root{${LIGHT};--page:#fff}@page{size:A4 landscape;margin:12mm}body{font-size:11px;print-color-adjust:exact;-webkit-print-color-adjust:exact}
main{max-width:none;padding:0}.panels .card,.wide .card,.tiles div,tr{break-inside:avoid}h2,p,.legend{break-after:avoid;break-inside:avoid}h2{margin-top:1.6rem}td,th{padding-right:.4rem}table,th{font-size:.72rem}.card{overflow:visible}.panels{grid-template-columns:repeat(4,1fr)}.tiles{grid-template-columns:repeat(5,1fr)}}`;
