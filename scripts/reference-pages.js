/**
 * Keeps the pages of docs/reference as the components' schemas have them. Run it after a change of a schema and a build, and
 * `npm run format` after it; with `--check` it only says whether it would change something.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRegistry, findPlugins } from '../packages/core/dist/index.js';
import {
  describeComponent,
  kindTitles,
  markdownPage,
  referenceKinds,
} from '../packages/core/dist/reference/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const reference = join(root, 'docs', 'reference');

/** All components of this workspace, by kind and name. */
async function describeAll() {
  const registry = createRegistry(findPlugins({ templateFolder: root, firstParty: root }));
  const all = [];
  for (const kind of referenceKinds) {
    for (const name of registry.names(kind)) {
      all.push(await describeComponent(registry, kind, name));
    }
  }
  return all;
}

/** Pages of docs/reference by their path in it. */
function referencePages(components) {
  const pages = new Map([['README.md', contents(components)]]);
  for (const component of components) {
    pages.set(`${component.kind}/${component.name}.md`, markdownPage(component));
  }
  return pages;
}

function contents(components) {
  const sections = referenceKinds.map((kind) => {
    const lines = components
      .filter((one) => one.kind === kind)
      .map(({ name, doc }) => `- [${name}](${kind}/${name}.md): ${doc}`);
    return `## ${kindTitles[kind]}s\n\n${lines.join('\n')}`;
  });
  const lead =
    'Every component that comes with bake, and every option of it, as `bake docs NAME` prints them. These pages are made from the schemas of the components.';
  return `# Reference\n\n${lead}\n\n${sections.join('\n\n')}\n`;
}

/** The formatter aligns tables. */
function layoutless(text) {
  return text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
}

function pagesThere() {
  return readdirSync(reference, { recursive: true }).filter((file) => file.endsWith('.md'));
}

const isCheck = process.argv.includes('--check');

/** `undefined` is no file. */
function bring(path, before, after) {
  if (layoutless(after ?? '') === layoutless(before ?? '')) return;
  if (isCheck) {
    console.error(`${path} is behind its components: node scripts/reference-pages.js`);
    process.exitCode = 1;
  } else if (after === undefined) {
    rmSync(path);
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, after);
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const pages = referencePages(await describeAll());
for (const file of new Set([...pages.keys(), ...pagesThere()])) {
  const path = join(reference, file);
  bring(path, read(path), pages.get(file));
}
