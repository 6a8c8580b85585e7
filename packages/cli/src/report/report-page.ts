import type { ArtifactRecord, ErrorRecord } from '@bake/core';
import { escapedForMarkup as safe } from '../views/markup.ts';
import { shortTime } from '../views/timing-table.ts';
import { reportStyle } from './report-style.ts';
import type { BuildRecord, LogLine, RunRecord, StepRecord } from './run-record.ts';

/** What a report is made of. */
export interface ReportContent {
  /** Name of the template's folder or file. */
  readonly title: string;
  readonly version: string;
  /** Of the command. */
  readonly exitCode: number;
  /** Diagnostics and notes, as people get them. */
  readonly remarks: string;
  readonly run: RunRecord;
}

/** The report as one page of HTML that needs nothing else: no script, no font, no network. All texts are escaped. */
export function reportPage({ title, version, exitCode, remarks, run }: ReportContent): string {
  const outcome = run.outcome ?? (exitCode === 0 ? 'ok' : 'failed');
  const whole = Math.max(1, run.milliseconds ?? 0, ...run.builds.map(({ end = 0 }) => end));
  const sections = [
    remarks === ''
      ? ''
      : `<h2>About the template</h2>\n<pre class="exact">${safe(remarks.trim())}</pre>`,
    run.builds.length === 0
      ? ''
      : `<h2>Timeline</h2>\n${run.builds.map((one) => timeline(one, whole)).join('\n')}`,
    run.builds.length === 0 ? '' : `<h2>Builds</h2>\n${run.builds.map(buildCard).join('\n')}`,
    run.log.length === 0 ? '' : `<h2>The run</h2>\n${logText(run.log, 0)}`,
  ];
  return `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${safe(outcome)}: ${safe(title)}</title>
<style>${reportStyle}</style>
<h1>${safe(title)} ${badge(outcome)}</h1>
<p class="faint">${facts(run, version).map(safe).join(' · ')}</p>
${sections.filter((section) => section !== '').join('\n')}
</html>
`;
}

function facts(
  { began, milliseconds, builds, uuid }: RunRecord,
  version: string,
): readonly string[] {
  const good = builds.filter(({ outcome }) => outcome === 'ok').length;
  return [
    ...(builds.length > 0 ? [`${good} of ${builds.length} builds ok`] : []),
    ...(milliseconds === undefined ? [] : [shortTime(milliseconds)]),
    ...(began === undefined ? [] : [`began ${began.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}`]),
    `bake ${version}`,
    ...(uuid === undefined ? [] : [`run ${uuid}`]),
  ];
}

function badge(outcome: string | undefined): string {
  const word = outcome ?? 'not finished';
  return `<span class="badge ${outcome ?? 'none'}">${word}</span>`;
}

function timeline(build: BuildRecord, whole: number): string {
  const steps = build.steps.map(
    (step) =>
      `<div class="step">${row(safe(step.title), duration(step))}${lane(step, build.end ?? whole, whole)}</div>`,
  );
  return `<div>${row(`<b>${safe(build.name)}</b>`, duration(build))}${lane(build, whole, whole)}${steps.join('\n')}</div>`;
}

type Stretch = Pick<StepRecord, 'end' | 'outcome'> & { readonly start?: number };

function row(label: string, time: string): string {
  return `<div class="row"><span>${label}</span><span>${time}</span></div>`;
}

/** What did not end reaches to where all ended. */
function lane({ start = 0, end, outcome }: Stretch, last: number, whole: number): string {
  const left = percent(start / whole);
  const width = percent(Math.max(0, (end ?? last) - start) / whole);
  return `<div class="lane"><div class="bar ${outcome ?? 'none'}" style="left: ${left}; width: ${width}"></div></div>`;
}

function percent(part: number): string {
  return `${(Math.min(1, part) * 100).toFixed(2)}%`;
}

function duration(stretch: Stretch): string {
  const { outcome = 'ok' } = stretch;
  return outcome === 'ok' ? timeOf(stretch) : `${timeOf(stretch)}, ${outcome}`;
}

function timeOf({ start, end }: Stretch): string {
  if (start === undefined) return 'not begun';
  return end === undefined ? 'not finished' : shortTime(end - start);
}

function buildCard(build: BuildRecord): string {
  const { name, outcome, error, artifacts, leftovers, log, omitted } = build;
  const open = outcome === 'ok' ? '' : ' open';
  return `<div class="build"><b>${safe(name)}</b> ${badge(outcome)} <span class="faint">${timeOf(build)}</span>
${error === undefined ? '' : errorText(error)}
${artifacts.length === 0 ? '' : `<h3>Artifacts</h3>\n<ul>${artifacts.map(artifactItem).join('')}</ul>`}
${leftovers.length === 0 ? '' : `<h3>Left behind</h3>\n<ul>${leftovers.map((one) => `<li>${safe(one)}</li>`).join('')}</ul>`}
${log.length === 0 ? '' : `<details${open}><summary>Log, ${log.length + omitted} lines</summary>${logText(log, omitted)}</details>`}
</div>`;
}

function errorText({ summary, detail, stack }: ErrorRecord): string {
  const more = detail === undefined ? '' : `<p>${safe(detail)}</p>`;
  const trace = stack === undefined ? '' : `<pre>${safe(stack)}</pre>`;
  return `<div class="error"><p><b>${safe(summary)}</b></p>${more}${trace}</div>`;
}

function artifactItem({ description, id, files }: ArtifactRecord): string {
  const list =
    files.length === 0 ? '' : `<ul>${files.map((file) => `<li>${safe(file)}</li>`).join('')}</ul>`;
  const isNamed = id === '' || description.includes(id);
  return `<li>${safe(description)}${isNamed ? '' : ` <span class="faint">${safe(id)}</span>`}${list}</li>`;
}

function logText(log: readonly LogLine[], omitted: number): string {
  const head =
    omitted === 0 ? '' : `<span class="faint">${omitted} lines before these are left out.</span>\n`;
  const lines = log.map(
    ({ at, kind, text }) =>
      `<span class="${kind}-line"><time>${(at / 1000).toFixed(1).padStart(7)}</time> ${safe(text)}</span>`,
  );
  return `<pre>${head}${lines.join('\n')}</pre>`;
}
