/**
 * Keeps the tables of docs/functions.md as the functions define themselves, with an example of each from
 * function-examples.json, whose result is computed here. Run it after a change of a function and a build, and
 * `npm run format` after it; with `--check` it only says whether it would change something.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const page = join(root, 'docs', 'functions.md');
const hcl = await import(pathToFileURL(join(root, 'packages', 'hcl', 'dist', 'index.js')).href);
const examples = JSON.parse(readFileSync(join(root, 'scripts', 'function-examples.json'), 'utf8'));

/** Their results differ from one machine or moment to the next. */
const surroundings = new Set(
  `abspath aws_secretsmanager aws_secretsmanager_raw base64gzip bcrypt consul_key env file filebase64 fileexists fileset
  legacy_isotime legacy_strftime pathexpand rsadecrypt templatefile timestamp uuidv4 vault`.split(
    /\s+/,
  ),
);

function resultOf(expression) {
  const parsed = hcl.parseExpression({ name: 'example', text: expression });
  const found = new hcl.Diagnostics();
  const scope = { variables: new Map(), functions: hcl.standardFunctions, functionContext: {} };
  const value = hcl.evaluate(parsed.value, scope, found);
  const [problem] = [...parsed.diagnostics, ...found.list];
  if (problem !== undefined) throw new Error(`${expression}: ${problem.detail}`);
  return hcl.valueToJson(value);
}

function exampleOf(name) {
  const expression = examples[name];
  if (expression === undefined) throw new Error(`function-examples.json has no example of ${name}`);
  const written = `\`${expression}\``;
  return surroundings.has(name) ? written : `${written} is \`${resultOf(expression)}\``;
}

function callOf({ name, parameters, variadic }) {
  const fixed = parameters.map((each) => `${each.name}: ${hcl.typeText(each.type)}`);
  const rest = variadic ? [`${variadic.name}: ${hcl.typeText(variadic.type)}...`] : [];
  return `\`${name}(${[...fixed, ...rest].join(', ')})\``;
}

/** Of a type that depends on the arguments no more is said than that. */
function resultTypeOf({ result }) {
  return typeof result === 'function' ? 'by the arguments' : hcl.typeText(result);
}

function cell(text) {
  return text.replaceAll('|', '\\|');
}

function tableOf(functions) {
  const rows = functions
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((each) => [callOf(each), resultTypeOf(each), each.doc, exampleOf(each.name)].map(cell));
  const lines = [['call', 'result', '', 'example'], ['---', '---', '---', '---'], ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function generated() {
  const onlyInDefaults = hcl.variableDefaultFunctions;
  const families = [
    ...hcl.functionFamilies,
    {
      title: 'Only in the default of a variable',
      functions: onlyInDefaults.names().map((name) => onlyInDefaults.get(name)),
    },
  ];
  return families
    .map(({ title, functions }) => `## ${title}\n\n${tableOf(functions)}\n`)
    .join('\n');
}

/** The formatter aligns tables. */
function layoutless(text) {
  return text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
}

const before = readFileSync(page, 'utf8');
const block = /(<!-- functions -->\n)[\s\S]*?(<!-- end of functions -->)/;
if (!block.test(before)) throw new Error(`${page} has no place for the functions`);
const after = before.replace(block, (_, start, end) => `${start}\n${generated()}\n${end}`);
if (layoutless(after) !== layoutless(before)) {
  if (process.argv.includes('--check')) {
    console.error(`${page} is behind the functions: node scripts/function-table.js`);
    process.exitCode = 1;
  } else {
    writeFileSync(page, after);
  }
}
