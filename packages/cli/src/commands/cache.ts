import { rmSync } from 'node:fs';
import {
  type BakeEvent,
  type CacheLimits,
  CheckpointStore,
  type ErrorRecord,
  removeCheckpoint,
  run,
  type StoredCheckpoint,
  surplusOf,
} from '@bake/core';
import { parseDuration } from '@bake/plugin-sdk';
import { ArgumentError, type FlagValues, parseFlags } from '../arguments/flags.ts';
import { templateChoice, templateFlags } from '../arguments/template-flags.ts';
import { bytesOf, cacheFolder, defaultLimit } from '../cache-folder.ts';
import { registryFor } from '../plugin-places.ts';
import { stateFolder } from '../state-folder.ts';
import type { Terminal } from '../terminal.ts';
import { type CacheView, cacheView } from '../views/cache-view.ts';
import { diagnosticsView } from '../views/diagnostics.ts';
import { chooseTheme } from '../views/theme.ts';
import type { Command } from './command.ts';
import { reporting } from './reporting.ts';
import { planTemplate, templatePath } from './template-session.ts';

const flags = {
  json: { kind: 'bool', help: 'Print one JSON object a line, for programs.' },
  all: { kind: 'bool', help: 'With prune: remove all checkpoints.' },
  size: {
    kind: 'string',
    value: 'size',
    help: `With prune: how much may stay (${defaultLimit} by default); the least used goes first.`,
  },
  age: {
    kind: 'string',
    value: 'duration',
    help: 'With prune: remove what no build has used for so long (36h, 14d), too.',
  },
  ...templateFlags,
} as const;

type CacheFlags = FlagValues<typeof flags>;

const actions = ['list', 'prune', 'explain'] as const;

/** `bake cache`: what checkpoints there are, which go, and what a build would take of them. */
export const cacheCommand: Command = {
  name: 'cache',
  summary: 'Lists, removes and explains checkpoints of builds.',
  operands: '',
  words: actions,
  flags,
  more: `Actions, the options after them:\n
  list            Prints all checkpoints, the one last used first.
  prune           Removes those that are too many or too old, and what is damaged.
  explain PATH    Says what a build of a template would take from the cache, and why not the rest.
`,
  async run(argv, terminal) {
    const [action, ...rest] = argv;
    const { flags: given, operands } = parseFlags(rest, flags);
    const view = cacheView(terminal, given.json === true);
    const open = (): CheckpointStore => new CheckpointStore(cacheFolder(terminal.environment));
    switch (actions.find((one) => one === action)) {
      case 'list':
        return reporting(terminal, async () => {
          view.list(open().all());
          return 0;
        });
      case 'prune':
        return reporting(terminal, () => prune(given, open(), terminal, view));
      case 'explain':
        return reporting(terminal, () =>
          explain(templatePath(operands), given, open(), terminal, view),
        );
      default:
        throw new ArgumentError(
          action === undefined
            ? `Say what to do: ${actions.join(', ')}.`
            : `"${action}" is none of ${actions.join(', ')}.`,
        );
    }
  },
};

async function prune(
  given: CacheFlags,
  store: CheckpointStore,
  terminal: Terminal,
  view: CacheView,
): Promise<number> {
  const limits = limitsOf(given);
  for (const path of store.broken()) {
    rmSync(path, { force: true });
    view.damaged(path);
  }
  const surplus = surplusOf(store.all(), limits, Date.now());
  let isAllGone = true;
  for (const checkpoint of surplus) {
    if (terminal.signal.aborted) return 1;
    const problem = await remove(checkpoint, store, terminal, view);
    view.removed(checkpoint, problem);
    isAllGone &&= problem === undefined;
  }
  view.left(store.all());
  return isAllGone ? 0 : 1;
}

function limitsOf({ all, size, age }: CacheFlags): CacheLimits {
  if (all === true) return { bytes: -1 };
  const bytes = bytesOf('size', size ?? defaultLimit);
  return age === undefined ? { bytes } : { bytes, age: ageOf(age) };
}

/** Days, beside what durations are written with. */
function ageOf(text: string): number {
  const days = /^(\d+(?:\.\d+)?)d$/.exec(text)?.[1];
  const milliseconds = days === undefined ? parseDuration(text) : Number(days) * 86_400_000;
  if (milliseconds !== undefined) return milliseconds;
  throw new ArgumentError(`-age needs a duration such as 36h or 14d, not "${text}".`);
}

function remove(
  checkpoint: StoredCheckpoint,
  store: CheckpointStore,
  terminal: Terminal,
  { say }: CacheView,
): Promise<string | undefined> {
  const registry = registryFor(checkpoint.templateFolder, terminal);
  const ui = { say, error: say, output() {}, progress() {} };
  return removeCheckpoint(checkpoint, store, registry, { signal: terminal.signal, ui });
}

/** As a build does it, up to where it knows what to go on from. */
async function explain(
  path: string,
  given: CacheFlags,
  store: CheckpointStore,
  terminal: Terminal,
  view: CacheView,
): Promise<number> {
  const request = {
    path,
    ...templateChoice(given),
    ignorePrereleases: false,
    warnUndeclared: false,
    readData: true,
  };
  const diagnostics = diagnosticsView(terminal, await chooseTheme(undefined, terminal));
  const { hasErrors, plan, registry } = await planTemplate(request, terminal, diagnostics);
  if (hasErrors) return 1;
  const failures = new Map<string, ErrorRecord>();
  const { outcome } = await run(plan, {
    registry,
    parallelBuilds: 1,
    onError: 'cleanup',
    force: false,
    debug: false,
    failFast: false,
    signal: terminal.signal,
    abandon: terminal.abandon,
    environment: terminal.environment,
    stateDir: stateFolder(terminal.environment),
    listener: (event: BakeEvent) => {
      if (event.type === 'build-end' && event.error) failures.set(event.build, event.error);
    },
    cache: { store, limit: Number.POSITIVE_INFINITY, explain: view.explanation },
  });
  for (const [build, error] of failures) view.failure(build, error);
  return outcome === 'ok' ? 0 : 1;
}
