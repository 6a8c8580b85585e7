/** The looks of a report: one column, so that a phone has it as a screen does; dark where the reader wants that. */
export const reportStyle = `
:root { color-scheme: light dark; --back: #fff; --text: #212529; --faint: #6b7280; --line: #dee2e6; --card: #f8f9fa;
  --ok: #2b8a3e; --failed: #c92a2a; --cancelled: #b45309; --none: #6b7280; }
@media (prefers-color-scheme: dark) {
  :root { --back: #16181b; --text: #e9ecef; --faint: #9aa3ad; --line: #343a40; --card: #1f2327;
    --ok: #40c057; --failed: #ff6b6b; --cancelled: #f59f00; --none: #9aa3ad; } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1rem; max-width: 70rem; background: var(--back); color: var(--text);
  font: 16px/1.45 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.4rem; margin: 0 } h2 { font-size: 1.1rem; margin: 1.6rem 0 .5rem } p { margin: .3rem 0 }
h3 { font-size: 1rem; margin: 1rem 0 .3rem }
.faint { color: var(--faint); font-size: .875rem }
.ok { --tone: var(--ok) } .failed { --tone: var(--failed) } .cancelled { --tone: var(--cancelled) } .none { --tone: var(--none) }
.badge { color: var(--tone); border: 1px solid; border-radius: 1em; padding: 0 .6em; font-size: .8rem; white-space: nowrap }
.lane { position: relative; height: 1.1rem; background: var(--card); border-radius: 3px; margin: .15rem 0 .5rem }
.bar { position: absolute; top: 0; bottom: 0; min-width: 3px; border-radius: 3px; background: var(--tone) }
.row { display: flex; justify-content: space-between; gap: 1rem; font-size: .9rem }
.row > :last-child { color: var(--faint); white-space: nowrap }
.step .lane { height: .6rem; margin-bottom: .3rem } .step .row > :first-child { padding-left: 1rem } .step .bar { opacity: .65 }
.build { border: 1px solid var(--line); border-radius: 8px; padding: .7rem .9rem; margin: .8rem 0 }
.error { border-left: 4px solid var(--failed); padding-left: .7rem }
summary { cursor: pointer } summary b { margin-right: .5rem }
pre { background: var(--card); padding: .6rem; border-radius: 6px; white-space: pre-wrap; font: .8rem/1.4 ui-monospace, monospace;
  max-height: 32rem; overflow: auto; margin: .4rem 0 }
.exact { white-space: pre }
.step-line { font-weight: 600 } .error-line { color: var(--failed) } time { color: var(--faint); user-select: none }
ul { margin: .3rem 0; padding-left: 1.2rem }
`;
