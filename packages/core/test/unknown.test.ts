import { afterEach, expect, test } from '@jest/globals';
import { headlines, planAt, workspace } from './bake-template.ts';

/** Validating reads no data source: whatever comes from one is unknown, and must reach everything. */

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function validated(text: string, name = 'a.pkr.hcl'): Promise<readonly string[]> {
  const space = workspace({ [name]: text });
  cleanups.push(space.remove);
  const { diagnostics } = await planAt(space.path, { readData: false });
  return headlines(diagnostics);
}

const data = 'data "echo" "d" {\n  input = "x"\n}\n';
const source = 'source "test" "s" {\n  file = "x"\n}\n';
const d = 'data.echo.d';

const inSource = (body: string): string =>
  `${data}source "test" "s" {\n  file = "x"\n${body}\n}\nbuild {\n  sources = ["test.s"]\n}\n`;
const inBuild = (body: string): string =>
  `${data}${source}build {\n  sources = ["test.s"]\n${body}\n}\n`;
const inProvisioner = (body: string): string =>
  inBuild(`provisioner "say" {\n  text = "x"\n${body}\n}`);

test.each([
  ['text', inSource(`old = null\nfail = ${d}.output`)],
  ['template', inSource(`wait = "\${${d}.output}s"`)],
  ['duration', inSource(`wait = ${d}.output`)],
  ['number', inSource(`count = ${d}.count`)],
  ['number from text', inSource(`count = ${d}.output`)],
  ['arithmetic', inSource(`count = ${d}.count + length(${d}.list) * 2`)],
  ['bool', inSource(`flag = ${d}.flag`)],
  ['comparison', inSource(`flag = ${d}.count > 3 && ${d}.flag ? true : ${d}.output == "x"`)],
  ['list', inSource(`list = ${d}.list`)],
  ['list of one', inSource(`list = [${d}.output]`)],
  ['concat', inSource(`list = concat(["a"], ${d}.list)`)],
  ['for', inSource(`list = [for x in ${d}.list : upper(x) if x != ""]`)],
  ['splat', inSource(`list = ${d}.list[*]`)],
  ['index', inSource(`fail = ${d}.list[0]`)],
  ['numbers', inSource(`ports = ${d}.ports`)],
  ['matrix', inSource(`matrix = ${d}.matrix`)],
  ['map', inSource(`tags = ${d}.map`)],
  ['map value', inSource(`tags = { a = ${d}.output, (${d}.output) = "b" }`)],
  ['merge', inSource(`tags = merge({ a = "b" }, ${d}.map)`)],
  ['missing key', inSource(`tags = { a = ${d}.map["x"] }`)],
  ['try', inSource(`tags = { a = try(${d}.map.x, "y"), b = can(${d}.map.x) ? "a" : "b" }`)],
  ['function', inSource(`fail = jsondecode(${d}.output).x`)],
  ['heredoc', inSource(`tags = {\n a = <<EOT\n%{for x in ${d}.list}\${x}%{endfor}\nEOT\n}`)],
  ['nested block', inSource(`disk {\n size = ${d}.count\n}\nboot {\n order = ${d}.list\n}`)],
  [
    'dynamic',
    inSource(`dynamic "disk" {\n for_each = ${d}.ports\n content {\n size = disk.value\n}\n}`),
  ],
  [
    'dynamic once',
    inSource(
      `dynamic "boot" {\n for_each = ${d}.list\n content {\n order = [boot.value, boot.key]\n}\n}`,
    ),
  ],
  [
    'required',
    `${data}source "test" "s" {\n file = ${d}.output\n}\nbuild {\n sources = ["test.s"]\n}\n`,
  ],
  [
    'check',
    `${data}source "test" "s" {\n file = "a \${${d}.output}"\n}\nbuild {\n sources = ["test.s"]\n}\n`,
  ],
  ['only', inProvisioner(`only = ${d}.list`)],
  ['only and except', inProvisioner(`only = ${d}.list\nexcept = [${d}.output]`)],
  ['pause', inProvisioner(`pause_before = ${d}.output\ntimeout = "\${${d}.count}s"`)],
  ['retries', inProvisioner(`max_retries = ${d}.count\ncontinue_on_error = ${d}.flag`)],
  ['override', inProvisioner(`override = { s = { text = ${d}.output } }`)],
  [
    'override as a whole',
    inProvisioner(`override = { s = jsondecode(${d}.output) }`).replace('text = "x"', ''),
  ],
  ['override of all', inProvisioner(`override = jsondecode(${d}.output)`)],
  [
    'names',
    `${data}${source}build {\n name = ${d}.output\n description = ${d}.output\n sources = ["test.s"]\n}\n`,
  ],
  [
    'keep_input_artifact',
    inBuild(`post-processor "copy" {\n to = ${d}.output\n keep_input_artifact = ${d}.flag\n}`),
  ],
  [
    'dynamic provisioner',
    inBuild(
      `dynamic "provisioner" {\n for_each = ${d}.list\n labels = ["say"]\n content {\n name = provisioner.value\n text = provisioner.value\n}\n}`,
    ),
  ],
  [
    'dynamic labels',
    inBuild(
      `dynamic "provisioner" {\n for_each = ${d}.list\n labels = [provisioner.value]\n content {\n text = "x"\n}\n}`,
    ),
  ],
  [
    'dynamic source',
    `${data}${source}build {\n dynamic "source" {\n for_each = ${d}.list\n labels = ["test.s"]\n content {\n name = source.value\n}\n}\n}\n`,
  ],
  [
    'dynamic post-processors',
    inBuild(
      `dynamic "post-processors" {\n for_each = ${d}.list\n content {\n post-processor "copy" {\n to = post-processors.value\n}\n}\n}`,
    ),
  ],
  [
    'a local in between',
    `locals {\n  x = [for y in ${d}.list : { name = y }]\n}\n${inSource('tags = { for z in local.x : z.name => "v" }')}`,
  ],
  [
    'registry',
    `${data}hcp_packer_registry {\n bucket_name = ${d}.output\n description = ${d}.output\n labels = ${d}.map\n}\n${source}build {\n sources = ["test.s"]\n}\n`,
  ],
  [
    'another data source',
    inSource('').replace(
      data,
      `${data}data "echo" "e" {\n  input = ${d}.output\n wait = ${d}.output\n}\n`,
    ),
  ],
])('an unknown is no mistake: %s', async (name, text) => {
  const found = await validated(text);
  expect(found).toEqual(
    name === 'registry' ? ['a.pkr.hcl:4 hcp_packer_registry has no effect'] : [],
  );
});

test.each([
  [
    'a name that the data source does not give',
    inSource(`fail = ${d}.outptu`),
    'Unsupported attribute',
  ],
  ['a list for a text', inSource(`fail = ${d}.list`), 'Incorrect attribute value type'],
  ['a map for a number', inSource(`count = ${d}.map`), 'Incorrect attribute value type'],
  ['a text for a list', inSource(`list = ${d}.output`), 'Incorrect attribute value type'],
  ['a bool for a number', inSource(`count = ${d}.flag`), 'Incorrect attribute value type'],
  ['arithmetic with a list', inSource(`count = ${d}.list + 1`), 'Invalid operand'],
  [
    'iteration over a text',
    inSource(`list = [for x in ${d}.output : x]`),
    'Iteration over non-iterable value',
  ],
  ['an option that is not there', inSource(`flie = ${d}.output`), 'Unsupported argument'],
  [
    'a wrong option within a dynamic block',
    inSource(`dynamic "disk" {\n for_each = ${d}.ports\n content {\n sice = 1\n size = 1\n}\n}`),
    'Unsupported argument',
  ],
  [
    'a dynamic block over a text',
    inSource(`dynamic "disk" {\n for_each = ${d}.output\n content {\n size = 1\n}\n}`),
    'Invalid dynamic for_each value',
  ],
  ['a list of lists in only', inProvisioner(`only = ${d}.matrix`), 'Unsuitable value type'],
  ['a number that is a list', inProvisioner(`max_retries = ${d}.list`), 'Unsuitable value type'],
  [
    'a wrong argument of a function',
    inSource(`fail = upper(${d}.list)`),
    'Invalid function argument',
  ],
  [
    'a mistake beside it',
    inSource(`tags = { a = ${d}.output, b = [] }`),
    'Incorrect attribute value type',
  ],
  [
    'a list in a template',
    inSource(`fail = "x \${${d}.list}"`),
    'Invalid template interpolation value',
  ],
])('a mistake is still found: %s', async (_, text, summary) => {
  const found = await validated(text);
  expect(found.map((headline) => headline.replace(/^\S+ /, ''))).toEqual([summary]);
});
