import type { BuildExplanation, ErrorRecord, StoredCheckpoint } from '@bake/core';
import type { Terminal } from '../terminal.ts';

/** Shows checkpoints, and what becomes of them. */
export interface CacheView {
  /** What removing one says meanwhile. */
  readonly say: (text: string) => void;
  readonly explanation: (explanation: BuildExplanation) => void;
  list(checkpoints: readonly StoredCheckpoint[]): void;
  damaged(path: string): void;
  removed(checkpoint: StoredCheckpoint, problem: string | undefined): void;
  left(checkpoints: readonly StoredCheckpoint[]): void;
  failure(build: string, error: ErrorRecord): void;
}

type Output = Pick<Terminal, 'write'>;

/** For people, or one JSON object a line. */
export function cacheView(terminal: Output, isJson: boolean): CacheView {
  return isJson ? jsonView(terminal) : textView(terminal);
}

function textView(terminal: Output): CacheView {
  const print = (line: string): void => terminal.write(`${line}\n`);
  return {
    say: (text) => print(`  ${text.trimEnd()}`),
    list(checkpoints) {
      for (const one of checkpoints) {
        print(
          `${one.id}  ${described(one)}, ${sizeText(one.bytes)}, used ${dateText(one.lastUsed)}`,
        );
      }
      print(totalText(checkpoints));
    },
    damaged: (path) => print(`removed: ${path}, which is damaged`),
    removed: (one, problem) =>
      print(
        problem === undefined
          ? `removed: ${one.id}  ${described(one)}, ${sizeText(one.bytes)}`
          : `could not remove: ${one.id}  ${described(one)}: ${problem}`,
      ),
    left: (checkpoints) => print(totalText(checkpoints)),
    explanation({ build, provisioners }) {
      print(`${build}:`);
      for (const [index, { type, checkpoint, reason }] of provisioners.entries()) {
        const what =
          checkpoint === undefined
            ? `runs: ${reason}`
            : `is in the checkpoint ${checkpoint.id} of ${dateText(checkpoint.time)}`;
        print(`  ${index + 1}. ${type} ${what}`);
      }
    },
    failure: (build, { summary, detail }) =>
      print(`${build}: ${summary}${detail === undefined ? '' : `\n  ${detail}`}`),
  };
}

function described({ build, done, total, provisioner, templateFolder }: StoredCheckpoint): string {
  return `${build}, provisioner ${done} of ${total} (${provisioner}), ${templateFolder}`;
}

function totalText(checkpoints: readonly StoredCheckpoint[]): string {
  const bytes = checkpoints.reduce((sum, one) => sum + one.bytes, 0);
  const count = checkpoints.length;
  return count === 0
    ? 'There are no checkpoints.'
    : `${count} checkpoint${count === 1 ? '' : 's'}, ${sizeText(bytes)}.`;
}

function dateText(time: number | string): string {
  return `${new Date(time).toISOString().replace('T', ' ').slice(0, 19)} UTC`;
}

/** In the largest unit that it has one of. */
function sizeText(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), 4);
  const number = bytes / 1024 ** power;
  return `${power === 0 ? number : number.toFixed(1)} ${['bytes', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
}

function jsonView(terminal: Output): CacheView {
  const print = (record: object): void => terminal.write(`${JSON.stringify(record)}\n`);
  const checkpoint = (one: StoredCheckpoint, more: object = {}): void => print(jsonOf(one, more));
  return {
    say() {},
    list(checkpoints) {
      for (const one of checkpoints) checkpoint(one);
    },
    damaged: (path) => print({ type: 'damaged', path }),
    removed: (one, problem) =>
      checkpoint(one, problem === undefined ? { removed: true } : { removed: false, problem }),
    left() {},
    explanation: ({ build, provisioners }) =>
      print({
        type: 'explanation',
        build,
        provisioners: provisioners.map(({ type, checkpoint: from, reason }) => ({
          type,
          ...(from && { checkpoint: from.id }),
          ...(reason !== undefined && { reason }),
        })),
      }),
    failure: (build, error) => print({ type: 'failure', build, ...error }),
  };
}

/** Without hashes, which say nothing to anyone. */
function jsonOf(one: StoredCheckpoint, more: object): object {
  const { id, build, done, total, provisioner, templateFolder, builder, time, bytes, traces } = one;
  const lastUsed = new Date(one.lastUsed).toISOString();
  const { type: builderType } = builder;
  return {
    type: 'checkpoint',
    ...{ id, build, done, total, provisioner, templateFolder, builder: builderType },
    ...{ time, lastUsed, bytes, traces, ...more },
  };
}
