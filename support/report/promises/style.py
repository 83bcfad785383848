"""How the page of promises looks, on a screen and on paper: every colour has a contrast above 7 to 1."""

from __future__ import annotations

STYLE = """
:root { color: #1b1b1b; background: #fff; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.7rem; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
a { color: #003f8a; }
a:focus-visible, summary:focus-visible { outline: 3px solid #003f8a; outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { border-bottom: 1px solid #8a8a8a; padding: .5rem; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid #1b1b1b; }
tbody th { font-weight: 400; }
th:nth-child(1) { width: 32%; } th:nth-child(2) { width: 14%; } th:nth-child(4) { width: 15%; }
.number { color: #4a4a4a; padding-right: .25rem; }
.verdict { font-weight: 700; }
.kept { color: #0b4f1c; }
.broken { color: #8a0010; background: #fdeef0; }
.known-deviation { color: #4b1f7a; background: #f5effc; }
.inconclusive { color: #5c3a00; background: #fdf4e3; }
.not-promised, .not-asked { color: #4a4a4a; font-weight: 400; }
ul { margin: .25rem 0; padding-left: 1.2rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
dt { font-weight: 700; } dd { margin: 0; }
@media (max-width: 40rem) { table, thead, tbody, tr, th, td { display: block; width: auto !important; } }
@media print {
  :root { font-size: 10pt; } body { max-width: none; padding: 0; }
  details { display: none; } tr { break-inside: avoid; } thead { display: table-header-group; }
  h2 { break-after: avoid; } a { color: inherit; text-decoration: none; }
}
"""
