import type {
  Answer,
  BakeEvent,
  BuildEnd,
  CheckpointEvent,
  Leftover,
  Listener,
  RunEnd,
} from '@bake/core';
import { ArtifactSummary } from './artifact-summary.ts';
import { elapsed } from './elapsed.ts';
import { localTime } from './local-time.ts';
import { resumeText } from './resume-text.ts';
import type { Screen, TextKind } from './screen.ts';
import type { Theme } from './theme.ts';

/** What can be chosen about the view. */
export interface RunViewOptions {
  /** Put the time in front of every line of a build. */
  readonly timestamps: boolean;
}

/**
 * The view of a run: a fold over events in Packer's layout (core-behaviour, sections 7.8 and 7.9), with
 * colour or without, depending on the theme. Summaries are in the template's order.
 */
export function runView(screen: Screen, theme: Theme, options: RunViewOptions): Listener {
  const view = new RunView(screen, theme, options);
  return (event) => view.handle(event);
}

/** Who says a line, and when. */
interface Origin {
  readonly build: string;
  readonly postProcessor?: string;
  readonly time: string;
}

class RunView {
  readonly #screen: Screen;
  readonly #theme: Theme;
  readonly #options: RunViewOptions;
  readonly #artifacts: ArtifactSummary;
  #builds: readonly string[] = [];
  readonly #ends = new Map<string, BuildEnd>();
  /** What has to wait until a question is answered; `undefined` while there is none. */
  #held: BakeEvent[] | undefined;

  constructor(screen: Screen, theme: Theme, options: RunViewOptions) {
    this.#screen = screen;
    this.#theme = theme;
    this.#options = options;
    this.#artifacts = new ArtifactSummary(screen);
  }

  handle(event: BakeEvent): void {
    if (event.type === 'answer') this.#answered(event);
    else if (this.#held !== undefined) this.#held.push(event);
    else this.#show(event);
  }

  #show(event: BakeEvent): void {
    switch (event.type) {
      case 'run-start':
        this.#runStart(event.builds, event.debug);
        return;
      case 'message':
        this.#message(event.level === 'error' ? 'error' : 'say', event, event.text);
        return;
      case 'output':
        this.#lines(event.stream === 'stderr' ? 'error' : 'message', event, event.line);
        return;
      case 'resume':
        this.#lines('say', event, resumeText(event));
        return;
      case 'checkpoint':
        this.#checkpoint(event);
        return;
      case 'ask':
        this.#held = [];
        this.#screen.prompt(this.#coloured('say', event.build, this.#prefixed(event, event.text)));
        return;
      case 'cancelling':
        this.#cancelling(event);
        return;
      case 'leftover':
        this.#leftover(event);
        return;
      case 'abandoned':
        this.#print(
          'error',
          this.#theme.error('Run "bake cleanup" to remove what is left behind.'),
        );
        return;
      case 'artifact':
        this.#artifacts.add(event);
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

  #runStart(builds: readonly string[], debug: boolean): void {
    this.#builds = builds;
    if (debug) this.#print('say', 'Debug mode enabled. Builds will not be parallelized.');
    if (!this.#theme.hasColour) return;
    for (const name of builds) {
      this.#print('say', this.#coloured('say', name, `${name}: output will be in this color.`));
    }
    this.#print('say', '');
  }

  #message(
    kind: TextKind,
    { build, ...rest }: Omit<Origin, 'build'> & { readonly build?: string },
    text: string,
  ): void {
    if (build === undefined) this.#print(kind, kind === 'error' ? this.#theme.error(text) : text);
    else this.#lines(kind, { build, ...rest }, text);
  }

  /** No blanks at the end, also where an empty line is said; a question keeps what parts it from the answer. */
  #lines(kind: TextKind, origin: Origin, text: string): void {
    this.#print(kind, this.#coloured(kind, origin.build, this.#prefixed(origin, text).trimEnd()));
  }

  /** Every line of the text with who says it. */
  #prefixed({ build, postProcessor, time }: Origin, text: string): string {
    const name = postProcessor === undefined ? build : `${build} (${postProcessor})`;
    const lines = text.split('\n').map((line) => `==> ${name}: ${line}`);
    return this.#stamped(time, lines.join('\n'));
  }

  #stamped(time: string, text: string): string {
    return this.#options.timestamps ? `${localTime(new Date(time))}: ${text}` : text;
  }

  #coloured(kind: TextKind, build: string, text: string): string {
    if (kind === 'error') return this.#theme.error(text);
    return this.#theme.build(Math.max(0, this.#builds.indexOf(build)), text);
  }

  #answered({ text }: Answer): void {
    this.#screen.endPrompt(text !== undefined);
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of held) this.handle(event);
  }

  #cancelling({ reason, build }: { readonly reason: string; readonly build?: string }): void {
    const what = build === undefined ? 'build after receiving' : 'the other builds after the';
    this.#print('error', this.#theme.error(`Cancelling ${what} ${reason}`));
  }

  #checkpoint(event: CheckpointEvent): void {
    const { state, done, total, provisioner, reason } = event;
    if (state === 'made') return;
    const of = `provisioner ${done} of ${total} (${provisioner})`;
    this.#lines('say', event, `No checkpoint after ${of} nor later: ${reason}.`);
  }

  #leftover(event: Leftover): void {
    const { label, reason } = event;
    const text = reason === undefined ? `Left undone: ${label}` : `Could not ${label}: ${reason}`;
    this.#lines('error', event, text);
  }

  #buildEnd(event: BuildEnd): void {
    this.#ends.set(event.build, event);
    const { build, milliseconds, outcome, error, time } = event;
    const after = elapsed(milliseconds);
    const [kind, text]: [TextKind, string] =
      outcome === 'ok'
        ? ['say', `Build '${build}' finished after ${after}.`]
        : outcome === 'cancelled'
          ? ['error', `Build '${build}' was cancelled after ${after}.`]
          : ['error', `Build '${build}' errored after ${after}: ${error?.summary}`];
    this.#print(kind, this.#coloured(kind, build, this.#stamped(time, text)));
    if (error?.detail !== undefined) this.#screen.explain(indent(error.detail));
    if (error?.stack !== undefined) this.#screen.explain(this.#theme.faint(indent(error.stack)));
  }

  #runEnd({ milliseconds, outcome }: RunEnd): void {
    this.#print('say', `\n==> Wait completed after ${elapsed(milliseconds)}`);
    if (outcome === 'cancelled') {
      this.#print('say', 'Cleanly cancelled builds after being interrupted.');
      return;
    }
    const ends = this.#builds.flatMap((build) => this.#ends.get(build) ?? []);
    this.#summariseErrors(ends.filter((end) => end.outcome === 'failed'));
    const succeeded = ends.filter((end) => end.outcome === 'ok');
    this.#artifacts.show(succeeded.map(({ build }) => build));
  }

  #summariseErrors(failed: readonly BuildEnd[]): void {
    if (failed.length === 0) return;
    this.#screen.record('error-count', [`${failed.length}`]);
    this.#print('error', "\n==> Some builds didn't complete successfully and had errors:");
    for (const { build, error } of failed) {
      const summary = error?.summary ?? '';
      this.#screen.record('error', [summary], build);
      this.#print('error', this.#theme.error(`--> ${build}: ${summary}`));
    }
  }

  #print(kind: TextKind, text: string): void {
    this.#screen.print(kind, text);
  }
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}
