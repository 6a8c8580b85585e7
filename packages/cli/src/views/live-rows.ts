import type { BakeEvent, ProgressReport, StepStart } from '@bake/core';
import { stepTitle } from '../log/log-listener.ts';
import { shortTime } from './timing-table.ts';

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Characters of a progress bar. */
const barWidth = 20;

/** What a build that runs is doing. */
interface Row {
  readonly build: string;
  readonly start: number;
  /** Steps that it is in, the innermost last. */
  readonly steps: readonly StepStart[];
  readonly progress: ProgressReport | undefined;
}

/** What is going on, as rows of text: a fold over events. */
export class LiveRows {
  #builds: readonly string[] = [];
  #begun = 0;
  readonly #rows = new Map<string, Row>();

  add(event: BakeEvent): void {
    if (event.type === 'run-start') this.#builds = event.builds;
    if (event.type === 'build-start') {
      const start = Date.parse(event.time);
      this.#begun += 1;
      this.#rows.set(event.build, { build: event.build, start, steps: [], progress: undefined });
    }
    if (event.type === 'build-end') this.#rows.delete(event.build);
    const row = 'build' in event ? this.#rows.get(event.build ?? '') : undefined;
    if (row !== undefined) this.#rows.set(row.build, changed(row, event));
  }

  /** At most `height` rows, each at most `width` columns wide. `now` in milliseconds, for clocks and the spinner. */
  show(width: number, height: number, now: number): readonly string[] {
    const waiting = this.#builds.length - this.#begun;
    const rows = [...this.#rows.values()].map((row) => fittingRow(row, width, now));
    const more = waiting > 0 && rows.length > 0 ? [`  ${waiting} more waiting`] : [];
    const all = [...rows, ...more];
    const shown =
      all.length <= height
        ? all
        : [...all.slice(0, height - 1), `  and ${all.length - height + 1} more`];
    return shown.map((text) => cut(text, width));
  }
}

function changed(row: Row, event: BakeEvent): Row {
  switch (event.type) {
    case 'step-start':
      return { ...row, steps: [...row.steps, event], progress: undefined };
    case 'step-end':
      return {
        ...row,
        steps: row.steps.filter(({ step }) => step !== event.step),
        progress: undefined,
      };
    case 'progress':
      return { ...row, progress: event };
    default:
      return row;
  }
}

/** A name that is too long gives way, so that what moves can be seen. */
function fittingRow(row: Row, width: number, now: number): string {
  const text = rowText(row, now);
  if (cut(text, width).length === text.length) return text;
  const name = cut(row.build, Math.max(8, Math.floor(width / 3)));
  return name.length < row.build.length ? rowText({ ...row, build: `${name}...` }, now) : text;
}

function rowText({ build, start, steps, progress }: Row, now: number): string {
  const step = steps.at(-1);
  const parts = [
    spinner[Math.floor(now / 100) % spinner.length],
    build,
    shortTime(Math.max(0, now - start)),
    step === undefined ? '' : stepTitle(step),
    progress === undefined ? '' : progressText(progress),
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function progressText({ label, done, total, unit }: ProgressReport): string {
  const whole = unit === 'percent' ? 100 : total;
  if (whole === undefined || whole <= 0) return `${label} ${amount(done, unit)}`;
  const share = Math.min(1, Math.max(0, done / whole));
  const full = Math.round(share * barWidth);
  const bar = `[${'#'.repeat(full)}${'.'.repeat(barWidth - full)}]`;
  return `${bar} ${Math.floor(share * 100)}%  ${label}`;
}

function amount(count: number, unit: ProgressReport['unit']): string {
  if (unit !== 'bytes') return `${count}`;
  return count < 1_048_576
    ? `${Math.ceil(count / 1024)} KiB`
    : `${(count / 1_048_576).toFixed(1)} MiB`;
}

/** Cuts text to columns; whatever is not plain may be two columns wide, and control characters are shown as none. */
function cut(text: string, width: number): string {
  let [columns, end] = [0, 0];
  const clean = text.replace(/\p{Cc}/gu, ' ');
  for (const character of clean) {
    columns += /^[\u0020-\u007e\u2800-\u28ff]$/.test(character) ? 1 : 2;
    if (columns > width) return clean.slice(0, end);
    end += character.length;
  }
  return clean;
}
