import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CacheOptions, CheckpointStore, type Resume, type RunOptions } from '../src/index.ts';
import { bake, workspace } from './bake-template.ts';

const cleanups: (() => void)[] = [];

/** Removes all places and folders, after each test. */
export function removePlaces(): void {
  for (const cleanup of cleanups.splice(0)) cleanup();
}

/** A folder with these files, until `removePlaces`. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const { path, remove } = workspace(files);
  cleanups.push(remove);
  return path;
}

/** A template of these provisioners, and a cache of its own. */
export class Place {
  readonly path: string;
  readonly cache: string;
  readonly states: string;

  constructor(provisioners: string, source = '') {
    const path = folderOf({});
    this.path = path;
    this.cache = join(path, 'cache');
    this.states = join(path, 'states');
    mkdirSync(this.states);
    mkdirSync(join(path, 'tree', 'deep'), { recursive: true });
    writeFileSync(join(path, 'tree', 'deep', 'leaf'), 'leaf');
    writeFileSync(join(path, 'script'), 'script', { mode: 0o755 });
    this.write(provisioners, source);
  }

  write(provisioners: string, source = ''): void {
    writeFileSync(
      join(this.path, 'main.pkr.hcl'),
      `
variable "secret" {
  default   = "hunter2-hunter2"
  sensitive = true
}
source "keeper" "a" {
  file   = "\${path.root}/out"
  folder = "\${path.root}/states"
  ${source}
}
build {
  sources = ["source.keeper.a"]
  ${provisioners}
}`,
    );
  }

  get store(): CheckpointStore {
    return new CheckpointStore(this.cache);
  }

  /** Builds; gives what ran, what came out, and the events. */
  async build({
    assignments = [],
    limit = Number.POSITIVE_INFINITY,
    explain,
    ...options
  }: Partial<RunOptions> &
    Partial<Pick<CacheOptions, 'limit' | 'explain'>> & {
      readonly assignments?: readonly string[];
    } = {}) {
    const cache = { store: this.store, limit, ...(explain && { explain }) };
    const stateDir = join(this.path, 'state');
    const { result, events } = await bake(
      this.path,
      { cache, stateDir, ...options },
      { assignments, ...(options.registry && { registry: options.registry }) },
    );
    const ran = events.flatMap((event) =>
      event.type === 'output' ? [event.line.replace('writes ', '')] : [],
    );
    const resume = events.find((event): event is Resume & { time: string } => {
      return event.type === 'resume';
    });
    const outcome = result.builds[0]?.outcome;
    const out = outcome === 'ok' ? readFileSync(join(this.path, 'out'), 'utf8') : undefined;
    return { ran, resume, out, outcome, events };
  }
}

/** Three provisioners: one reads a file, one a folder and a secret, and one uses what the builder foresees. */
export const three = `
  provisioner "write" {
    text = "one"
    path = "\${path.root}/script"
  }
  provisioner "write" {
    text = "two \${var.secret}"
    path = "\${path.root}/tree"
  }
  provisioner "write" { text = "three \${build.Same}" }`;

/** What they write. */
export const all = ['one', 'two <sensitive>', 'three same'];
/** What is built of them. */
export const whole = 'one\ntwo hunter2-hunter2\nthree same';
