/**
 * Keeps the tables of options in docs/ as the components' schemas have them. A table stands between
 * `<!-- options: provisioner shell -->` and `<!-- end of options -->`. Run it after a change of a schema and a build, and
 * `npm run format` after it; with `--check` it only says whether it would change something.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const block =
  /(<!-- options: (?<kind>[\w-]+) (?<name>[\w-]+) -->\n)[\s\S]*?(<!-- end of options -->)/g;

const types = {
  strings: 'list(string)',
  numbers: 'list(number)',
  'string-lists': 'list(list(string))',
  'string-map': 'map(string)',
};

/** Components by `kind name`, from the manifests of this workspace's plugins. */
async function loadComponents() {
  const components = new Map();
  for (const folder of readdirSync(join(root, 'packages'))) {
    const home = join(root, 'packages', folder);
    const { bake = {} } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
    for (const kind of ['builders', 'provisioners', 'post-processors', 'data-sources']) {
      for (const [name, path] of Object.entries(bake[kind] ?? {})) {
        const { default: component } = await import(pathToFileURL(join(home, path)).href);
        components.set(`${kind.slice(0, -1)} ${name}`, component);
      }
    }
  }
  return components;
}

function defaultOf({ kind, default: value }) {
  if (value === undefined || value === false) return '';
  if (kind === 'duration')
    return `\`"${value % 60_000 === 0 ? `${value / 60_000}m` : `${value / 1000}s`}"\``;
  return `\`${JSON.stringify(value)}\``;
}

function cell(text) {
  return text.replaceAll('|', '\\|');
}

function tableOf(component) {
  const rows = Object.entries(component.config).map(([name, option]) => {
    const type = types[option.kind] ?? option.kind;
    const choices = option.oneOf
      ? ` One of ${option.oneOf.map((one) => `\`${one}\``).join(', ')}.`
      : '';
    const need = option.required ? 'required' : defaultOf(option);
    return `| \`${name}\` | ${type} | ${cell(need)} | ${cell(option.doc + choices)} |`;
  });
  return ['| option | type | default | |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

/** The formatter aligns tables. */
function layoutless(text) {
  return text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
}

const components = await loadComponents();
const isCheck = process.argv.includes('--check');
for (const file of readdirSync(join(root, 'docs'))) {
  const path = join(root, 'docs', file);
  const before = readFileSync(path, 'utf8');
  const after = before.replace(block, (...match) => {
    const { kind, name } = match.at(-1);
    const component = components.get(`${kind} ${name}`);
    if (component === undefined) throw new Error(`${file}: there is no ${kind} ${name}`);
    return `${match[1]}\n${tableOf(component)}\n${match[4]}`;
  });
  if (layoutless(after) === layoutless(before)) continue;
  if (isCheck) {
    console.error(`${path} is behind its components: node scripts/option-tables.js`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, after);
  }
}
