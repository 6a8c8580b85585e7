/**
 * Keeps what docs/ says of options as the components' schemas have it: the pages in docs/reference, and the tables of
 * other pages that stand between `<!-- options: provisioner shell -->` and `<!-- end of options -->`. Run it after a change
 * of a schema and a build, and `npm run format` after it; with `--check` it only says whether it would change something.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRegistry, findPlugins } from '../packages/core/dist/index.js';
import {
  describeComponent,
  kindTitles,
  markdownPage,
  optionTable,
  referenceKinds,
} from '../packages/core/dist/reference/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const docs = join(root, 'docs');
const reference = join(docs, 'reference');
const block =
  /(<!-- options: (?<kind>[\w-]+) (?<name>[\w-]+) -->\n)[\s\S]*?(<!-- end of options -->)/g;

/** Descriptions by `kind name`, of all components of this workspace, by kind and name. */
async function describeAll() {
  const registry = createRegistry(findPlugins({ templateFolder: root, firstParty: root }));
  const all = new Map();
  for (const kind of referenceKinds) {
    for (const name of registry.names(kind)) {
      all.set(`${kind.slice(0, -1)} ${name}`, await describeComponent(registry, kind, name));
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

function withTables(text, file, components) {
  return text.replace(block, (...match) => {
    const { kind, name } = match.at(-1);
    const component = components.get(`${kind} ${name}`);
    if (component === undefined) throw new Error(`${file}: there is no ${kind} ${name}`);
    const options = [...component.options, ...component.communicatorOptions];
    return `${match[1]}\n${optionTable(options)}\n\n${match[4]}`;
  });
}

/** The formatter aligns tables. */
function layoutless(text) {
  return text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
}

const isCheck = process.argv.includes('--check');

/** `undefined` is no file. */
function bring(path, before, after) {
  if (layoutless(after ?? '') === layoutless(before ?? '')) return;
  if (isCheck) {
    console.error(`${path} is behind its components: node scripts/option-tables.js`);
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

function markdownIn(folder, options) {
  return readdirSync(folder, options).filter((file) => file.endsWith('.md'));
}

mkdirSync(reference, { recursive: true });
const components = await describeAll();
for (const file of markdownIn(docs)) {
  const text = readFileSync(join(docs, file), 'utf8');
  bring(join(docs, file), text, withTables(text, file, components));
}
const pages = referencePages([...components.values()]);
for (const file of new Set([...pages.keys(), ...markdownIn(reference, { recursive: true })])) {
  const path = join(reference, file);
  bring(path, read(path), pages.get(file));
}
