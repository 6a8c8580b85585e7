import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Diagnostic } from '@bake/hcl';
import { planAt } from './bake-template.ts';

/**
 * A template that is wrong in ways that comments in it tell: `# ERROR: summary` and `# WARNING: summary`
 * on the line that is to be pointed at. JSON has no comments: there it is a text somewhere in a property
 * `"//"`, `ERROR on line 5: summary`.
 */
export interface Fixture {
  readonly name: string;
  /** A file or a folder. */
  readonly path: string;
  readonly inputs: Inputs;
}

/** What a folder's `inputs.json` says: how the template is planned, and diagnostics with no line in a file. */
interface Inputs {
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly assignments?: readonly string[];
  readonly warnUndeclared?: boolean;
  readonly only?: readonly string[];
  readonly except?: readonly string[];
  readonly sequential?: boolean;
  readonly errors?: readonly string[];
  readonly warnings?: readonly string[];
}

/** The fixtures of a folder, each a file or a folder in it. */
export function fixturesIn(folder: string): readonly Fixture[] {
  return readdirSync(folder).map((name) => {
    const path = join(folder, name);
    const inputs = join(path, 'inputs.json');
    return {
      name,
      path,
      inputs: existsSync(inputs) ? JSON.parse(readFileSync(inputs, 'utf8')) : {},
    };
  });
}

/** The headlines that a fixture promises, `file:line summary`, sorted. */
export function promisesOf(
  { path, inputs }: Fixture,
  kind: 'ERROR' | 'WARNING',
): readonly string[] {
  const files = statSync(path).isDirectory()
    ? readdirSync(path).map((name) => join(path, name))
    : [path];
  const written = files.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const found = file.endsWith('.json') ? inJson(text, kind) : inComments(text, kind);
    return found.map(({ line, summary }) => `${basename(file)}:${line} ${summary}`);
  });
  const placeless = kind === 'ERROR' ? inputs.errors : inputs.warnings;
  return [...written, ...(placeless ?? [])].toSorted();
}

interface Promised {
  readonly line: number;
  readonly summary: string;
}

function inComments(text: string, kind: string): readonly Promised[] {
  const comment = new RegExp(`# ${kind}: (.*?)(?= # (?:ERROR|WARNING): |$)`, 'g');
  return text
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(comment)].map(([, summary = '']) => ({ line: index + 1, summary })),
    );
}

function inJson(text: string, kind: string): readonly Promised[] {
  const entry = new RegExp(`("${kind} on line (\\d+): (?:[^"\\\\]|\\\\.)*")`, 'g');
  return [...text.matchAll(entry)].map(([, quoted = '', line]) => ({
    line: Number(line),
    summary: String(JSON.parse(quoted)).replace(/^.*?: /, ''),
  }));
}

/** What planning says of a fixture, as if it stood in the working folder. */
export async function reportOn({ path, inputs }: Fixture): Promise<readonly Diagnostic[]> {
  const { environment = {}, files = [], assignments = [], warnUndeclared = false } = inputs;
  const { only = [], except = [], sequential = false } = inputs;
  const { diagnostics } = await planAt(path, {
    variables: {
      environment,
      files: files.map((file) => join(path, file)),
      assignments,
      warnUndeclared,
    },
    only,
    except,
    sequential,
  });
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    summary: diagnostic.summary.replaceAll(`${path}/`, '').replaceAll(path, '.'),
  }));
}
