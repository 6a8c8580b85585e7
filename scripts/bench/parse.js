/**
 * Parse throughput: our parser and `@cdktf/hcl2json` over the same files, held in memory, in one run.
 * `node scripts/bench/parse.js` prints a table; `benchParse()` gives its rows.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parseConfig } from '../../packages/hcl/dist/syntax/parse.js';
import { template } from './template.js';

// Not named in `import` itself: it is a dependency of packages/hcl, not of the workspace.
const judge = createRequire(new URL('../../packages/hcl/package.json', import.meta.url)).resolve(
  '@cdktf/hcl2json',
);

const files = [
  { name: 'one template', repeats: 1 },
  { name: 'ten templates', repeats: 10 },
  { name: 'a hundred templates', repeats: 100 },
].map(({ name, repeats }) => ({
  name,
  text: Array.from({ length: repeats }, (_, index) => template(index)).join('\n'),
}));

/**
 * MB of text per second, best of five rounds of `milliseconds / 5`. `parseOften(runs)` parses it so many
 * times; ours is called without `await`, as the product calls it, and theirs, which is asynchronous, with.
 */
async function throughput(text, parseOften, milliseconds) {
  let best = 0;
  let runs = 1;
  for (let round = 0; round < 6; round += 1) {
    const start = performance.now();
    await parseOften(runs);
    const elapsed = performance.now() - start;
    // The first round warms up, and tells how many runs a round takes.
    if (round > 0) best = Math.max(best, (text.length * runs) / 1e3 / elapsed);
    runs = Math.max(1, Math.round((runs * milliseconds) / 5 / elapsed));
  }
  return best;
}

function parseOurs(name, text) {
  return (runs) => {
    for (let run = 0; run < runs; run += 1) parseConfig({ name, text });
  };
}

function parseTheirs(name, text, parse) {
  return async (runs) => {
    for (let run = 0; run < runs; run += 1) await parse(name, text);
  };
}

/** Rows of `{ name, kilobytes, ours, theirs, ratio }`; `ours` and `theirs` in MB/s. */
export async function benchParse({ milliseconds = 1500 } = {}) {
  const { default: hcl2json } = await import(judge);
  const rows = [];
  for (const { name, text } of files) {
    const problems = parseConfig({ name, text }).diagnostics;
    if (problems.length > 0) throw new Error(`${name}: ${problems[0].summary}`);
    const ours = await throughput(text, parseOurs(name, text), milliseconds);
    const theirs = await throughput(text, parseTheirs(name, text, hcl2json.parse), milliseconds);
    rows.push({ name, kilobytes: text.length / 1000, ours, theirs, ratio: ours / theirs });
  }
  return { rows };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { rows } = await benchParse();
  console.log('parse                     size        ours    hcl2json    ratio');
  for (const { name, kilobytes, ours, theirs, ratio } of rows) {
    const cells = [
      name.padEnd(20),
      `${kilobytes.toFixed(1)} kB`.padStart(10),
      `${ours.toFixed(1)} MB/s`.padStart(12),
      `${theirs.toFixed(2)} MB/s`.padStart(12),
      `${ratio.toFixed(0)}x`.padStart(9),
    ];
    console.log(cells.join(''));
  }
  process.exit(0); // hcl2json's Go runtime never ends by itself.
}
