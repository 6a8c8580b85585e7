import { decodeValue, toJs } from '@bake/hcl';
import { expect, test } from '@jest/globals';
import { headlines, planAt, workspace } from './bake-template.ts';

async function overridden(options: string) {
  const { path, remove } = workspace({
    'a.pkr.hcl': `source "test" "s" {
  file = "x"
}
build {
  sources = ["test.s"]
  provisioner "say" {
    text     = "x"
    override = { s = { ${options} } }
  }
}
`,
  });
  const { plan, diagnostics } = await planAt(path);
  remove();
  const override = plan.builds[0]?.provisioners[0]?.override;
  return { value: override && toJs(decodeValue(override)), found: headlines(diagnostics) };
}

test.each([
  ['text = 5', { text: '5' }],
  ['text = true', { text: '1' }],
  ['failures = "3"', { failures: 3 }],
  ['failures = true', { failures: 1 }],
  ['loud = "T"', { loud: true }],
  ['loud = ""', { loud: false }],
  ['loud = 2', { loud: true }],
  ['words = "a,b"', { words: ['a', 'b'] }],
  ['words = ""', { words: [] }],
  ['words = 5', { words: ['5'] }],
  ['words = [1, false]', { words: ['1', '0'] }],
  ['sizes = "1,2"', { sizes: [1, 2] }],
  ['rows = ["a,b", ["c"]]', { rows: [['a', 'b'], ['c']] }],
  ['env = { a = 1, b = true }', { env: { a: '1', b: '1' } }],
])('an override is taken weakly, as Packer takes it: %s', async (options, value) => {
  expect(await overridden(options)).toEqual({ value, found: [] });
});

test.each([
  ['text = []', 'a.pkr.hcl:8 Incorrect attribute value type'],
  ['failures = "many"', 'a.pkr.hcl:8 Incorrect attribute value type'],
  ['loud = "yes"', 'a.pkr.hcl:8 Incorrect attribute value type'],
  ['words = {}', 'a.pkr.hcl:8 Incorrect attribute value type'],
  ['env = "a=b"', 'a.pkr.hcl:8 Incorrect attribute value type'],
  ['wrods = "a"', 'a.pkr.hcl:8 Unsupported argument'],
  ['words = [null]', 'a.pkr.hcl:8 null value is not allowed'],
])('what cannot be taken is reported: %s', async (options, headline) => {
  expect((await overridden(options)).found).toEqual([headline]);
});
