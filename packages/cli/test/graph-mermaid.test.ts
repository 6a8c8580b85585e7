import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Browser, type Page, whyNoBrowser } from './browser.ts';
import { runBake, type Scratch, scratch } from './run-bake.ts';

jest.setTimeout(120_000);

/** Mermaid's own program, which browsers run: the one file of its package that needs nothing else. */
const version = '11.17.2';
const root = join(import.meta.dirname, '../../..');
const library = join(root, `node_modules/.cache/mermaid-${version}/dist/mermaid.min.js`);

function whyNoMermaid(): string | undefined {
  const noBrowser = whyNoBrowser();
  if (noBrowser !== undefined || existsSync(library)) return noBrowser;
  const place = join(library, '../..');
  const part = `${place}.${process.pid}.part`;
  mkdirSync(part, { recursive: true });
  try {
    const pack = ['pack', '--silent', `mermaid@${version}`];
    const packed = spawnSync('npm', pack, { cwd: part, encoding: 'utf8', timeout: 60_000 });
    if (packed.status !== 0) return `npm cannot get mermaid@${version}`;
    const unpack = ['-xzf', packed.stdout.trim(), 'package/dist/mermaid.min.js'];
    if (spawnSync('tar', unpack, { cwd: part }).status !== 0) return 'tar cannot unpack mermaid';
    renameSync(join(part, 'package'), place);
    return undefined;
  } finally {
    rmSync(part, { recursive: true });
  }
}

const reason = whyNoMermaid();
if (reason !== undefined) console.warn(`SKIPPED: graphs that Mermaid draws: ${reason}`);
const drawn = reason === undefined ? test : test.skip;
const suffix = reason === undefined ? '' : ` (${reason})`;

let folder: Scratch;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  if (reason !== undefined) return;
  folder = scratch();
  const html = join(folder.path, 'page.html');
  writeFileSync(
    html,
    `<!doctype html><meta charset="utf-8"><body></body><script src="${pathToFileURL(library)}"></script>`,
  );
  browser = new Browser();
  page = await browser.open(pathToFileURL(html).href, 1200);
});
afterAll(async () => {
  await browser?.close();
  folder?.remove();
});

/** What stands in the boxes of a picture, and how many arrows it has. */
interface Drawing {
  readonly texts: readonly string[];
  readonly arrows: number;
}

async function draw(mermaid: string): Promise<Drawing> {
  const drawing = await page.evaluate(`(async () => {
    try {
      const { svg } = await mermaid.render('drawing', ${JSON.stringify(mermaid)});
      document.body.innerHTML = svg;
      const texts = [...document.querySelectorAll('.node')].map((node) => node.textContent.trim());
      return { texts, arrows: document.querySelectorAll('.flowchart-link').length };
    } catch (error) {
      return String(error);
    }
  })()`);
  if (typeof drawing === 'string') throw new Error(drawing);
  return drawing as Drawing;
}

async function graph(path: string): Promise<string> {
  const { stdout, code } = await runBake(['graph', '-format=mermaid', path]);
  expect([code, stdout]).toEqual([0, stdout]);
  return stdout;
}

const examples = join(root, 'examples');
const names = readdirSync(examples).filter((name) =>
  readdirSync(join(examples, name)).some((file) => file.endsWith('.pkr.hcl')),
);
drawn.each(names)(`Mermaid draws the graph of the example %s${suffix}`, async (name) => {
  const files = readdirSync(join(examples, name)).filter((file) => file.endsWith('.pkr.hcl'));
  // Templates of their own stand beside each other in some.
  const isOne = await runBake(['graph', join(examples, name)]).then(({ code }) => code === 0);
  const paths = isOne ? [''] : files;
  for (const path of paths) {
    const mermaid = await graph(join(examples, name, path));
    const boxes = mermaid.match(/^ {2}n\d+[[({]/gm) ?? [];
    const arrows = mermaid.match(/^ {2}n\d+ \S+ n\d+$/gm) ?? [];
    expect(boxes.length).toBeGreaterThan(0);
    const { texts, ...rest } = await draw(mermaid);
    expect({ boxes: texts.length, ...rest }).toEqual({
      boxes: boxes.length,
      arrows: arrows.length,
    });
  }
});

drawn(`Mermaid shows names as they are, whatever is in them${suffix}`, async () => {
  writeFileSync(
    join(folder.path, 'odd.pkr.hcl'),
    `source "null" "end" {
  communicator = "none"
}
build {
  name    = "a \\"quoted\\" [name]; <i>x</i> & %% #35; \`b\`"
  sources = ["null.end"]
}
`,
  );
  const shown = await draw(await graph(join(folder.path, 'odd.pkr.hcl')));
  expect(shown).toEqual({
    texts: ['source null.end', 'build a "quoted" [name]; <i>x</i> & %% #35; `b`'],
    arrows: 1,
  });
});
