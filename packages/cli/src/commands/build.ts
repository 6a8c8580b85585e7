import { CheckpointStore, onErrorChoices, type RunOptions, run } from '@bake/core';
import { answerReader } from '../answers.ts';
import { ArgumentError, type FlagValues, parseFlags } from '../arguments/flags.ts';
import { pluginFlags, templateChoice, templateFlags } from '../arguments/template-flags.ts';
import { bytesOf, cacheFolder, defaultLimit } from '../cache-folder.ts';
import { stateFolder } from '../state-folder.ts';
import type { Terminal } from '../terminal.ts';
import { type BuildView, chooseBuildView } from '../views/build-view.ts';
import type { Command } from './command.ts';
import { reporting } from './reporting.ts';
import { planTemplate, templatePath } from './template-session.ts';

const flags = {
  ...templateFlags,
  ...pluginFlags,
  cache: {
    kind: 'bool',
    help: 'Go on from checkpoints of earlier builds, and make some. BAKE_CACHE=1 does so, too.',
  },
  'cache-limit': {
    kind: 'string',
    value: 'size',
    help: 'How much all checkpoints may take up (20GB by default).',
  },
  color: {
    kind: 'bool',
    help: 'Colours; by default only on a terminal. -color=false turns them off.',
  },
  debug: {
    kind: 'bool',
    help: 'One build at a time, which stops after every step.',
  },
  'fail-fast': { kind: 'bool', help: 'Cancel the other builds when one fails.' },
  force: { kind: 'bool', help: 'Replace artifacts of an earlier build.' },
  json: { kind: 'bool', help: 'Print one JSON object a line, for programs.' },
  live: {
    kind: 'bool',
    help: 'Rows that show what builds are doing; by default at a terminal.',
  },
  'log-dir': {
    kind: 'string',
    value: 'folder',
    help: 'Keep a log of every build and of the run in this folder.',
  },
  'no-cache': {
    kind: 'bool',
    help: 'Neither use checkpoints nor make any, whatever else says so.',
  },
  'on-error': {
    kind: 'string',
    oneOf: onErrorChoices,
    help: 'What to do after an error (cleanup by default).',
  },
  'parallel-builds': {
    kind: 'integer',
    value: 'n',
    help: 'Builds at a time; 0 is any number (default).',
  },
  report: {
    kind: 'string',
    value: 'file',
    help: 'Write what happened into a page of HTML: times, logs, artifacts and errors.',
  },
  'skip-enforcement': {
    kind: 'bool',
    help: 'Do not run provisioners that HCP Packer enforces; bake never does, and says so.',
  },
  timing: {
    kind: 'bool',
    help: 'Show at the end how long every step took; by default at a terminal.',
  },
  'timestamp-ui': { kind: 'bool', help: 'Put the time in front of every line.' },
  'warn-on-undeclared-var': {
    kind: 'bool',
    help: 'Warn about values for variables that the template does not declare.',
  },
} as const;

type BuildFlags = FlagValues<typeof flags>;

/** `bake build`: makes the images that a template describes. */
export const buildCommand: Command = {
  name: 'build',
  summary: 'Builds images from a template.',
  operands: 'PATH',
  flags,
  async run(argv, terminal) {
    const { flags: given, operands } = parseFlags(argv, flags);
    const path = templatePath(operands);
    if (given.json === true && terminal.isMachineReadable) {
      throw new ArgumentError('-json and -machine-readable are two forms: choose one.');
    }
    const view = await chooseBuildView(given, path, terminal);
    return view.end(
      await reporting(terminal, () =>
        build(path, given, cacheOptions(given, terminal), terminal, view),
      ),
    );
  },
};

/** Gives the exit code. */
async function build(
  path: string,
  given: BuildFlags,
  cache: Pick<RunOptions, 'cache'>,
  terminal: Terminal,
  view: BuildView,
): Promise<number> {
  const request = {
    path,
    ...templateChoice(given),
    ignorePrereleases: given['ignore-prerelease-plugins'] === true,
    warnUndeclared: given['warn-on-undeclared-var'] === true,
    readData: true,
  };
  if (given['skip-enforcement'] === true) {
    view.diagnostics.note(
      'Enforced provisioners are skipped: bake does not ask HCP Packer for any.',
    );
  }
  const { hasErrors, plan, registry } = await planTemplate(request, terminal, view.diagnostics);
  if (hasErrors) return 1;
  const onError = given['on-error'] ?? 'cleanup';
  const debug = given.debug === true;
  const readAnswer = given.json === true ? undefined : answerReader(terminal);
  const { outcome } = await run(plan, {
    registry,
    parallelBuilds: given['parallel-builds'] ?? 0,
    onError,
    force: given.force === true,
    debug,
    failFast: given['fail-fast'] === true,
    signal: terminal.signal,
    abandon: terminal.abandon,
    ...(readAnswer !== undefined && { readAnswer }),
    environment: terminal.environment,
    stateDir: stateFolder(terminal.environment),
    ...cache,
    listener: view.listener,
  });
  return outcome === 'ok' ? 0 : 1;
}

function cacheOptions(
  { cache, 'no-cache': off, 'cache-limit': limit = defaultLimit }: BuildFlags,
  { environment }: Terminal,
): Pick<RunOptions, 'cache'> {
  const bytes = bytesOf('cache-limit', limit);
  const isWanted = cache ?? ['1', 'true'].includes(environment['BAKE_CACHE'] ?? '');
  if (!isWanted || off === true) return {};
  return { cache: { store: new CheckpointStore(cacheFolder(environment)), limit: bytes } };
}
