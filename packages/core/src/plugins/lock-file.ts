import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Attribute, type Block, Diagnostics, parseConfig, showRange } from '@bake/hcl';
import { Failure, systemReason } from '@bake/plugin-sdk';
import { literalString } from '../config/literal.ts';

/** The plugin that `bake init` chose for a source address. */
export interface LockedPlugin {
  /** As in `required_plugins`: `npm/@acme/bake-plugin-foo`. */
  readonly source: string;
  /** The npm package. */
  readonly package: string;
  readonly version: string;
  /** See `integrityOf`. */
  readonly integrity: string;
}

/** The lock file of a template's folder. */
export const lockFileName = '.bake.lock.hcl';

/**
 * Reads the lock file of a template's folder; `undefined` when there is none. Throws a `Failure` when it cannot be
 * read or is none.
 */
export function readLockFile(folder: string): readonly LockedPlugin[] | undefined {
  const path = join(folder, lockFileName);
  const text = readText(path);
  if (text === undefined) return undefined;
  const diagnostics = new Diagnostics();
  const { value: file, diagnostics: syntax } = parseConfig({ name: path, text });
  diagnostics.add(...syntax);
  const locked = file.body.items.flatMap((item) =>
    item.kind === 'block' && item.type.name === 'plugin' ? readEntry(item, diagnostics) : [],
  );
  const [fault] = diagnostics.list;
  if (fault === undefined) return locked;
  const line = fault.subject === undefined ? '' : `:${showRange(fault.subject).start.line}`;
  throw damaged(`${path}${line}: ${fault.summary}`);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw damaged(`${path}: ${systemReason(cause)}`, cause);
  }
}

function readEntry(block: Block, diagnostics: Diagnostics): readonly LockedPlugin[] {
  const text = (name: string): string | undefined => literalString(find(block, name), diagnostics);
  const [source, name, version, integrity] = [
    block.labels[0]?.value,
    text('package'),
    text('version'),
    text('integrity'),
  ];
  if (!source || !name || !version || !integrity) {
    const { file, start } = showRange(block.header);
    throw damaged(`${file}:${start.line}: a "plugin" block without all that it needs`);
  }
  return [{ source, package: name, version, integrity }];
}

function find(block: Block, name: string): Attribute | undefined {
  return block.body.items.find(
    (item): item is Attribute => item.kind === 'attribute' && item.name.name === name,
  );
}

function damaged(what: string, cause?: unknown): Failure {
  return new Failure({
    summary: `The lock file of plugins cannot be read: ${what}`,
    detail: 'Get it back from version control, or remove it and run "bake init" to make a new one.',
    cause,
  });
}

/** The text of a lock file, in order of the source addresses. */
export function lockFileText(plugins: readonly LockedPlugin[]): string {
  const blocks = [...plugins]
    .sort((one, other) => (one.source < other.source ? -1 : 1))
    .map(
      ({ source, package: name, version, integrity }) =>
        `\nplugin "${source}" {\n  package   = "${name}"\n  version   = "${version}"\n  integrity = "${integrity}"\n}\n`,
    );
  return `# "bake init" keeps this file. Put it under version control: it says which plugins this template is built with.\n${blocks.join('')}`;
}
