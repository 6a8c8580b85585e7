import type { BakeEvent, BuildEnd, Listener, Outcome, StepEnd, StepStart } from '@bake/core';
import { stepKey, stepTitle } from '../log/log-listener.ts';
import type { Screen } from './screen.ts';

interface Row {
  readonly title: string;
  readonly milliseconds: number;
  readonly outcome: Outcome;
}

/** Shows at the end of a run how long every build took, and every step of it in the order in which they ended. */
export function timingTable(screen: Screen): Listener {
  const table = new TimingTable();
  return (event) => {
    table.add(event);
    if (event.type === 'run-end') screen.explain(table.text());
  };
}

class TimingTable {
  readonly #starts = new Map<string, StepStart>();
  readonly #steps = new Map<string, Row[]>();
  #builds: readonly string[] = [];
  readonly #ends = new Map<string, BuildEnd>();

  add(event: BakeEvent): void {
    if (event.type === 'run-start') this.#builds = event.builds;
    if (event.type === 'step-start') this.#starts.set(stepKey(event), event);
    if (event.type === 'step-end') this.#addStep(event);
    if (event.type === 'build-end') this.#ends.set(event.build, event);
  }

  text(): string {
    const rows = this.#builds.flatMap((build) => {
      const end = this.#ends.get(build);
      const steps = this.#steps.get(build) ?? [];
      if (end === undefined) return [];
      const total: Row = { ...end, title: build };
      return [total, ...steps.map((step) => ({ ...step, title: `  ${step.title}` }))];
    });
    const width = Math.max(0, ...rows.map(({ title }) => title.length));
    return ['', '==> Time spent:', ...rows.map((row) => line(row, width))].join('\n');
  }

  #addStep(event: StepEnd): void {
    const start = this.#starts.get(stepKey(event));
    if (start === undefined) return;
    const row = { ...event, title: stepTitle(start) };
    this.#steps.set(event.build, [...(this.#steps.get(event.build) ?? []), row]);
  }
}

function line({ title, milliseconds, outcome }: Row, width: number): string {
  const time = shortTime(milliseconds).padStart(9);
  return `    ${title.padEnd(width)}${time}${outcome === 'ok' ? '' : `  ${outcome}`}`;
}

/** `12ms`, `3.2s`, `4m05s`, `1h02m`. */
export function shortTime(milliseconds: number): string {
  const two = (count: number): string => String(Math.floor(count)).padStart(2, '0');
  if (milliseconds < 1000) return `${Math.floor(milliseconds)}ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${(Math.floor(seconds * 10) / 10).toFixed(1)}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${two((seconds % 3600) / 60)}m`;
}
