import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import { runProcess } from '../process.ts';

/** A template to run as a user would. */
export interface TemplateTrial {
  /** A folder that is there; the template is written into it and works in it. The caller owns and removes it. */
  readonly folder: string;
  /** Text of `template.pkr.hcl`. */
  readonly template: string;
  /** Folders of built plugin packages that the template can use; by default that of the working folder. */
  readonly plugins?: readonly string[];
  /** `build` by default; `validate` touches no machine. */
  readonly command?: 'build' | 'validate';
  /** Values of variables. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Set on top of this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Aborting it is what Ctrl-C is to a user; `runTemplate` then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** One line of `bake build -json`; docs/events.md has them all. */
export interface TemplateEvent {
  readonly type: string;
  readonly time: string;
  readonly [field: string]: unknown;
}

/** An artifact as the events tell of it. */
export interface ReportedArtifact {
  readonly builderId: string;
  readonly id: string;
  readonly files: readonly string[];
  readonly description: string;
}

/** How a template went. */
export interface TemplateRun {
  /** As a user would get it: 0 when everything was done. */
  readonly exitCode: number | undefined;
  /** Everything that happened, in order. */
  readonly events: readonly TemplateEvent[];
  /** What bake and components said, a text each. */
  readonly said: readonly string[];
  /** What commands put out on the machines, a line each. */
  readonly output: readonly string[];
  /** What is wrong with the template and why builds failed: summary and detail of each. */
  readonly problems: readonly string[];
  readonly artifacts: readonly ReportedArtifact[];
  /** Standard error: empty unless something has gone very wrong. */
  readonly stderr: string;
}

/**
 * Runs a template with bake itself, in a process of its own, and records its events. Components in it are found, decoded,
 * checked and run as at a user's; `source "sandbox" "NAME" {}` gives it a real SSH machine. Rejects with a `Failure`
 * when there is no `@bake/cli` to be found from the plugin's folder.
 */
export async function runTemplate(trial: TemplateTrial): Promise<TemplateRun> {
  const { folder, template, plugins = [process.cwd()], command = 'build' } = trial;
  await writeFile(join(folder, 'template.pkr.hcl'), template);
  for (const plugin of plugins) await link(plugin, folder);
  const variables = Object.entries(trial.variables ?? {}).map(
    ([name, value]) => `-var=${name}=${value}`,
  );
  const stdout: Uint8Array[] = [];
  const stderr: Uint8Array[] = [];
  const { exitCode } = await runProcess({
    program: process.execPath,
    args: [await bakeProgram(plugins), command, '-json', ...variables, '.'],
    cwd: folder,
    env: {
      // What this user has installed, or has left behind, is no part of the test.
      BAKE_PLUGIN_PATH: join(folder, '.bake', 'plugins'),
      BAKE_STATE_DIR: join(folder, '.bake', 'state'),
      NODE_OPTIONS: undefined,
      ...trial.env,
    },
    signal: trial.signal ?? new AbortController().signal,
    onStdout: (chunk) => stdout.push(chunk),
    onStderr: (chunk) => stderr.push(chunk),
  });
  return { exitCode, ...told(textOf(stdout)), stderr: textOf(stderr) };
}

function textOf(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString();
}

/** Makes the plugin look as if it were installed beside the template. */
async function link(plugin: string, folder: string): Promise<void> {
  const { name } = JSON.parse(await readFile(join(plugin, 'package.json'), 'utf8'));
  const place = join(folder, 'node_modules', name);
  await mkdir(dirname(place), { recursive: true });
  await symlink(plugin, place, 'junction').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

async function bakeProgram(plugins: readonly string[]): Promise<string> {
  for (const folder of [...plugins, process.cwd()]) {
    const manifest = findManifest(folder);
    if (manifest === undefined) continue;
    const { bin } = JSON.parse(await readFile(manifest, 'utf8'));
    return join(dirname(manifest), bin.bake);
  }
  throw new Failure({
    summary: 'There is no bake to run the template with',
    detail: 'Install "@bake/cli" as a development dependency of the plugin.',
  });
}

function findManifest(folder: string): string | undefined {
  try {
    return createRequire(join(folder, 'package.json')).resolve('@bake/cli/package.json');
  } catch {
    return undefined;
  }
}

function told(lines: string): Omit<TemplateRun, 'exitCode' | 'stderr'> {
  const events = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line): TemplateEvent => JSON.parse(line));
  const of = (type: string): readonly TemplateEvent[] => events.filter((one) => one.type === type);
  return {
    events,
    said: of('message').map(({ text }) => String(text)),
    output: of('output').map(({ line }) => String(line)),
    problems: [...of('diagnostic'), ...of('build-end').flatMap(errorOf)].map(sentence),
    artifacts: of('artifact').map(({ artifact }) => artifact as ReportedArtifact),
  };
}

type Problem = Readonly<Record<string, unknown>>;

function errorOf({ error }: TemplateEvent): readonly Problem[] {
  return error === undefined ? [] : [error as Problem];
}

function sentence({ summary, detail }: Problem): string {
  return detail ? `${summary}: ${detail}` : String(summary);
}
