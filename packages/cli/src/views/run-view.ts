import type { BakeEvent, BuildEnd, Listener, RunEnd } from '@bake/core';
import type { Terminal } from '../terminal.ts';
import { elapsed } from './elapsed.ts';
import type { Theme } from './theme.ts';

/** What can be chosen about the view. */
export interface RunViewOptions {
  /** Put the time in front of every line of a build. */
  readonly timestamps: boolean;
}

/**
 * The view for people: a fold over events in Packer's layout (core-behaviour, section 7.8), with colour
 * or without, depending on the theme. Summaries are in the template's order.
 */
export function runView(terminal: Terminal, theme: Theme, options: RunViewOptions): Listener {
  const view = new RunView(terminal, theme, options);
  return (event) => view.handle(event);
}

class RunView {
  readonly #terminal: Terminal;
  readonly #theme: Theme;
  readonly #options: RunViewOptions;
  #builds: readonly string[] = [];
  readonly #artifacts = new Map<string, string[]>();
  readonly #ends = new Map<string, BuildEnd>();
  #saysCancel = false;

  constructor(terminal: Terminal, theme: Theme, options: RunViewOptions) {
    this.#terminal = terminal;
    this.#theme = theme;
    this.#options = options;
    terminal.signal.addEventListener('abort', () => this.#cancelled(), { once: true });
  }

  handle(event: BakeEvent): void {
    switch (event.type) {
      case 'run-start':
        this.#runStart(event.builds);
        return;
      case 'message':
        this.#lines(event, event.text.split('\n'), event.level === 'error');
        return;
      case 'output':
        this.#lines(event, [event.line], event.stream === 'stderr');
        return;
      case 'diagnostic':
        this.#lines(event, [event.summary, event.detail], event.severity === 'error');
        return;
      case 'artifact':
        this.#artifactsOf(event.build).push(event.artifact.description);
        return;
      case 'build-end':
        this.#buildEnd(event);
        return;
      case 'run-end':
        this.#runEnd(event);
        return;
      default:
        // Steps and progress have no line of their own in this layout.
        return;
    }
  }

  #runStart(builds: readonly string[]): void {
    this.#builds = builds;
    if (!this.#theme.hasColour) return;
    for (const [index, name] of builds.entries()) {
      this.#print(this.#theme.build(index, `${name}: output will be in this color.`));
    }
    this.#print('');
  }

  #lines(
    origin: { readonly build?: string; readonly postProcessor?: string; readonly time: string },
    lines: readonly string[],
    isError: boolean,
  ): void {
    const { build = 'bake', postProcessor, time } = origin;
    const name = postProcessor === undefined ? build : `${build} (${postProcessor})`;
    const stamp = this.#options.timestamps ? `${time}: ` : '';
    const index = Math.max(0, this.#builds.indexOf(build));
    for (const line of lines) {
      const text = `${stamp}==> ${name}: ${line}`;
      this.#print(isError ? this.#theme.error(text) : this.#theme.build(index, text));
    }
  }

  #artifactsOf(build: string): string[] {
    const artifacts = this.#artifacts.get(build) ?? [];
    this.#artifacts.set(build, artifacts);
    return artifacts;
  }

  #buildEnd(event: BuildEnd): void {
    this.#ends.set(event.build, event);
    const { build, milliseconds, outcome, error } = event;
    const after = elapsed(milliseconds);
    const index = this.#builds.indexOf(build);
    if (outcome === 'ok') {
      this.#print(this.#theme.build(index, `Build '${build}' finished after ${after}.`));
    } else if (outcome === 'cancelled') {
      this.#print(this.#theme.error(`Build '${build}' was cancelled after ${after}.`));
    } else {
      this.#print(this.#theme.error(`Build '${build}' errored after ${after}: ${error?.summary}`));
      if (error?.detail !== undefined) this.#print(indent(error.detail));
      if (error?.stack !== undefined) this.#print(this.#theme.faint(indent(error.stack)));
    }
  }

  #runEnd(event: RunEnd): void {
    this.#print(`\n==> Wait completed after ${elapsed(event.milliseconds)}`);
    if (event.outcome === 'cancelled') {
      this.#print('\nCleanly cancelled builds after being interrupted.');
      return;
    }
    this.#summariseErrors();
    this.#summariseArtifacts();
  }

  #summariseErrors(): void {
    const failed = this.#inOrder().filter((end) => end.outcome === 'failed');
    if (failed.length === 0) return;
    this.#print("\n==> Some builds didn't complete successfully and had errors:");
    for (const { build, error } of failed) {
      this.#print(this.#theme.error(`--> ${build}: ${error?.summary}`));
    }
  }

  #summariseArtifacts(): void {
    const succeeded = this.#inOrder().filter((end) => end.outcome === 'ok');
    if (succeeded.length === 0) {
      this.#print('\n==> Builds finished but no artifacts were created.');
      return;
    }
    this.#print('\n==> Builds finished. The artifacts of successful builds are:');
    for (const { build } of succeeded) {
      const artifacts = this.#artifactsOf(build);
      if (artifacts.length === 0) this.#print(`--> ${build}: <nothing>`);
      for (const description of artifacts) this.#print(`--> ${build}: ${description}`);
    }
  }

  #inOrder(): readonly BuildEnd[] {
    return this.#builds.flatMap((build) => this.#ends.get(build) ?? []);
  }

  #cancelled(): void {
    if (this.#saysCancel || this.#builds.length === 0) return;
    this.#saysCancel = true;
    const { reason } = this.#terminal.signal;
    const what = reason instanceof Error ? reason.message : 'interrupt';
    this.#print(this.#theme.error(`Cancelling build after receiving ${what}`));
  }

  #print(line: string): void {
    this.#terminal.write(`${line}\n`);
  }
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}
