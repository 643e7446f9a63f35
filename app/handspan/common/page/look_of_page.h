// How a page looks, on a screen of any size, in light and dark, and on paper; and the one thing
// that it does: before it is printed, all that is folded opens.
#pragma once

namespace handspan::app {

inline constexpr const char *kPageStyle = R"(
:root{--ink:#1b1f24;--dim:#5b6470;--paper:#fff;--line:#d5dae1;--wash:#f4f6f9;--good:#1a7f4b;--bad:#c0392b;
--warn:#a15c00;--a:#2f6fb7;--b:#7a4fb5;--c:#1a7f4b;--d:#a15c00}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ee;--dim:#9aa4b2;--paper:#14171b;--line:#333a44;--wash:#1d2127;
--good:#5ec48b;--bad:#f08377;--warn:#e0a44c;--a:#74a9e8;--b:#b592ea;--c:#5ec48b;--d:#e0a44c}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,"Noto Sans","Noto Sans CJK SC",sans-serif}
main{max-width:72rem;margin:0 auto;padding:1rem}
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1rem 0 .25rem}
p{margin:.4rem 0;max-width:62rem;overflow-wrap:anywhere}.verdict{font-size:1.1rem}.dim,figcaption{color:var(--dim);font-size:.9rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;color:var(--dim)}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.w{overflow-wrap:break-word}
details{border:1px solid var(--line);border-radius:6px;margin:.4rem 0;background:var(--wash)}
summary{padding:.5rem .75rem;cursor:pointer;overflow-wrap:anywhere}
summary:focus-visible,a:focus-visible{outline:3px solid var(--a);outline-offset:1px}
details>div{padding:0 .75rem .75rem;background:var(--paper);border-radius:0 0 6px 6px}
pre{overflow-x:auto;font:13px/1.45 ui-monospace,"DejaVu Sans Mono",monospace}
figure{margin:.5rem 0}svg{max-width:100%;height:auto;display:block}
svg text{fill:var(--ink);font:12px system-ui,"Noto Sans","Noto Sans CJK SC",sans-serif}svg .dim{fill:var(--dim)}
.failed{color:var(--bad)}.completed{color:var(--good)}
.skip{position:absolute;left:-99rem}.skip:focus{left:.5rem;top:.5rem;background:var(--paper);padding:.3rem}
@media (max-width:40rem){main{padding:.6rem}th,td{padding:.25rem .35rem}body{font-size:15px}}
@media print{:root{--ink:#000;--dim:#444;--paper:#fff;--line:#bbb;--wash:#fff}body{font-size:11px}
.skip{display:none}details,tr,figure{break-inside:avoid}.scroll{overflow:visible}}
)";

inline constexpr const char *kPageScript = "addEventListener('beforeprint',()=>document."
                                           "querySelectorAll('details').forEach(d=>d.open=true));";

} // namespace handspan::app
