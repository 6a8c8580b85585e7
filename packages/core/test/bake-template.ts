import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Diagnostic, showRange } from '@bake/hcl';
import {
  type BakeEvent,
  createRegistry,
  load,
  type PlanOptions,
  plan,
  type Registry,
  type RunOptions,
  type RunResult,
  run,
} from '../src/index.ts';

const folder = join(import.meta.dirname, 'fixtures', 'plugin');

/** A registry with the fixture plugin alone. */
export function fixtureRegistry(version = '1.0.0'): Registry {
  return createRegistry([
    {
      name: 'bake-plugin-fixture',
      version,
      isLinked: false,
      folder,
      manifest: {
        api: 1,
        builders: { test: './builder.js', keeper: './keeper-builder.js' },
        provisioners: {
          say: './provisioner.js',
          mislabelled: './provisioner.js',
          write: './keeper-write.js',
          mystery: './keeper-mystery.js',
        },
        'post-processors': { copy: './post-processor.js' },
        'data-sources': { echo: './data-source.js' },
      },
    },
  ]);
}

/** A folder with these files, removed by `remove`. */
export function workspace(files: Readonly<Record<string, string>>): {
  readonly path: string;
  remove(): void;
} {
  const path = mkdtempSync(join(tmpdir(), 'bake-core-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return { path, remove: () => rmSync(path, { recursive: true }) };
}

/** What planning a template in `path` gives. */
export async function planAt(
  path: string,
  options: Partial<PlanOptions> & { readonly assignments?: readonly string[] } = {},
): Promise<{
  readonly plan: Awaited<ReturnType<typeof plan>>['value'];
  readonly diagnostics: readonly Diagnostic[];
}> {
  const silent = (): void => {};
  const loaded = load(path);
  const planned = await plan(loaded.value, {
    registry: fixtureRegistry(),
    variables: {
      environment: {},
      files: [],
      assignments: options.assignments ?? [],
      warnUndeclared: false,
    },
    only: [],
    except: [],
    readData: true,
    sequential: false,
    workingDir: path,
    startTime: new Date(),
    signal: new AbortController().signal,
    log: { say: silent, error: silent, output: silent, progress: silent },
    ...options,
  });
  return { plan: planned.value, diagnostics: [...loaded.diagnostics, ...planned.diagnostics] };
}

/** `file:line summary` of each diagnostic. */
export function headlines(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ summary, subject }) => {
    if (subject === undefined) return summary;
    const { file, start } = showRange(subject);
    return `${file.split('/').at(-1)}:${start.line} ${summary}`;
  });
}

/** Plans and runs a template; the plan goes through JSON first, as it would to another machine. */
export async function bake(
  path: string,
  options: Partial<RunOptions> = {},
  planOptions: Parameters<typeof planAt>[1] = {},
): Promise<{ readonly result: RunResult; readonly events: readonly BakeEvent[] }> {
  const { plan: made, diagnostics } = await planAt(path, planOptions);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(headlines(errors).join('\n'));
  const events: BakeEvent[] = [];
  const result = await run(JSON.parse(JSON.stringify(made)), {
    registry: fixtureRegistry(),
    parallelBuilds: 0,
    onError: 'cleanup',
    force: false,
    debug: false,
    failFast: false,
    abandon: new AbortController().signal,
    environment: {},
    stateDir: join(tmpdir(), 'bake-core-test-state'),
    signal: new AbortController().signal,
    listener: (event) => {
      events.push(event);
      options.listener?.(event);
    },
    ...withoutListener(options),
  });
  return { result, events };
}

function withoutListener({ listener: _, ...rest }: Partial<RunOptions>): Partial<RunOptions> {
  return rest;
}

/** What was said and put out, in order. */
export function transcript(events: readonly BakeEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.type === 'message') return event.text.split('\n');
    return event.type === 'output' ? [event.line] : [];
  });
}
