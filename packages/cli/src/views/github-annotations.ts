import { relative, resolve } from 'node:path';
import type { BakeEvent, Listener, StepStart } from '@bake/core';
import { type Diagnostic, type ShownRange, showRange } from '@bake/hcl';
import { stepKey } from '../log/log-listener.ts';
import type { Terminal } from '../terminal.ts';
import type { DiagnosticsView } from './diagnostics.ts';

/** An annotation that GitHub Actions shows beside the line of a file. */
interface Annotation {
  readonly severity: 'error' | 'warning';
  readonly title: string;
  readonly text: string;
  readonly subject?: ShownRange;
}

/**
 * Annotations for GitHub Actions (`::error file=...,line=...::text`): for every diagnostic, and for every
 * build that fails, at the component that failed.
 */
export class GithubAnnotations {
  readonly #terminal: Terminal;
  readonly #open = new Map<string, StepStart>();
  /** The place of the innermost step that failed, by build. */
  readonly #failed = new Map<string, ShownRange>();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Shows diagnostics as `view` does, and annotates them. */
  beside(view: DiagnosticsView): DiagnosticsView {
    return {
      ...view,
      show: (diagnostics) => {
        view.show(diagnostics);
        for (const diagnostic of diagnostics) this.#annotate(annotationOf(diagnostic));
      },
    };
  }

  /** Annotates a file that is not in canonical layout. */
  unformatted(file: string): void {
    const start = { line: 1, column: 1 };
    const text = `Run "bake fmt ${file}".`;
    const subject = { file, start, end: start };
    this.#annotate({ severity: 'error', title: 'Not in canonical layout', text, subject });
  }

  readonly listener: Listener = (event) => {
    if (event.type === 'step-start') this.#open.set(stepKey(event), event);
    if (event.type === 'step-end') this.#stepEnd(event);
    if (event.type === 'build-end' && event.error !== undefined) {
      const { summary, detail } = event.error;
      const subject = this.#failed.get(event.build);
      this.#annotate({
        severity: 'error',
        title: event.build,
        text: detail === undefined ? summary : `${summary}\n${detail}`,
        ...(subject !== undefined && { subject }),
      });
    }
  };

  #stepEnd(event: Extract<BakeEvent, { type: 'step-end' }>): void {
    const subject = this.#open.get(stepKey(event))?.subject;
    if (event.outcome === 'failed' && subject !== undefined) {
      this.#failed.set(event.build, subject);
    }
  }

  #annotate({ severity, title, text, subject }: Annotation): void {
    const place = subject === undefined ? [] : this.#place(subject);
    const properties = [...place, ['title', title] as const].map(
      ([name, value]) => `${name}=${escaped(value).replaceAll(':', '%3A').replaceAll(',', '%2C')}`,
    );
    this.#terminal.write(`::${severity} ${properties.join(',')}::${escaped(text)}\n`);
  }

  #place({ file, start, end }: ShownRange): readonly (readonly [name: string, value: string])[] {
    const { environment, workingDir } = this.#terminal;
    const workspace = environment['GITHUB_WORKSPACE'] ?? workingDir;
    return [
      ['file', relative(workspace, resolve(workingDir, file))],
      ['line', `${start.line}`],
      ['endLine', `${end.line}`],
      ['col', `${start.column}`],
    ];
  }
}

/** Whether annotations are wanted: GitHub Actions reads what is written. */
export function isOnGithub({ environment, isMachineReadable }: Terminal): boolean {
  return environment['GITHUB_ACTIONS'] === 'true' && !isMachineReadable;
}

function annotationOf({ severity, summary, detail, subject }: Diagnostic): Annotation {
  const text = detail === '' ? summary : detail;
  const annotation = { severity, title: summary, text };
  return subject === undefined ? annotation : { ...annotation, subject: showRange(subject) };
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
