import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { runBake } from './run-bake.ts';

jest.setTimeout(60_000);

const template = join(import.meta.dirname, 'fixtures', 'graph');

async function graph(format: string, path = template): Promise<string> {
  const { code, stdout, stderr } = await runBake(['graph', `-format=${format}`, path]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

test('graph tells where values come from and in which order builds go', async () => {
  expect(await graph('text')).toBe(`Variables
  var.region
  var.unused

Locals
  local.name <- data.null.stamp
  local.names <- local.name

Data sources
  data.null.stamp <- var.region

Sources
  null.web
  file.text <- local.names, var.region

Build all of null.web, file.text <- var.region
  provisioner shell-local, only null.web <- local.name
    provisioner shell-local two <&>
    post-processor manifest
    post-processor artifice <- var.region
      post-processor checksum
  error-cleanup-provisioner shell-local
`);
});

test('graph in Mermaid escapes what would be its own', async () => {
  const mermaid = await graph('mermaid');
  expect(mermaid).toMatch(/^flowchart LR\n {2}n0\(\["var\.region"\]\)\n/);
  expect(mermaid).toContain('["provisioner shell-local two #60;#38;#62;"]');
  const names = new Set(mermaid.match(/^ {2}n\d+/gm)?.map((name) => name.trim()));
  for (const end of mermaid.match(/n\d+$/gm) ?? []) expect(names).toContain(end);
});

test('graph in DOT is what Graphviz reads', async () => {
  const dot = await graph('dot');
  expect(dot).toContain('"data.null.stamp" -> "local.name" [style=dashed];');
  expect(dot).toContain('"build.0" -> "build.0.provisioner.0" [style=bold];');
  const { error, status } = spawnSync('dot', ['-Tsvg'], { input: dot });
  if (error) console.warn('SKIPPED: no "dot" of Graphviz here to read the graph with');
  else expect(status).toBe(0);
});

test('graph as SVG needs nothing else, is XML, and no box lies on another', async () => {
  const svg = await graph('svg');
  expect(svg).not.toMatch(/href|url\((?!#)|<script|@import/);
  expect(svg).toContain('>provisioner shell-local two &#60;&#38;&#62;</text>');
  const isXml = 'import sys, xml.dom.minidom as m; m.parseString(sys.stdin.buffer.read())';
  const { error, status } = spawnSync('python3', ['-c', isXml], { input: svg });
  if (error) console.warn('SKIPPED: no python3 here to read the XML with');
  else expect(status).toBe(0);
  const boxes = [...svg.matchAll(/<g><rect x="(.*?)" y="(.*?)" width="(.*?)"/g)].map(
    ([, x, y, width]) => ({ x: Number(x), y: Number(y), width: Number(width) }),
  );
  expect(boxes).toHaveLength(14);
  for (const [index, one] of boxes.entries()) {
    for (const other of boxes.slice(index + 1)) {
      const isBeside = one.x + one.width <= other.x || other.x + other.width <= one.x;
      expect(isBeside || Math.abs(one.y - other.y) >= 30).toBe(true);
    }
  }
});

test('graph draws values that go in a circle, which validate complains of', async () => {
  const input = 'locals {\n  a = local.b\n  b = local.a\n}\n';
  const { code, stdout } = await runBake(['graph', '-format=svg', '-config-type=hcl2', '-'], {
    input,
  });
  expect([code, stdout.match(/local\.\w(?=<)/g)]).toEqual([0, ['local.a', 'local.b']]);
});

test('graph says what it cannot draw', async () => {
  const legacy = await runBake(['graph', '-'], { input: '{"builders": [{"type": "null"}]}' });
  expect(legacy.code).toBe(1);
  expect(legacy.stdout).toContain('"bake hcl2_upgrade" writes it in HCL.');
  const broken = await runBake(['graph', '-config-type=hcl2', '-'], { input: 'build {' });
  expect([broken.code, broken.stdout]).toEqual([1, expect.stringContaining('Error: ')]);
});
