import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { runPacker, testWithPacker } from './packer.ts';
import { runBake, scratch } from './run-bake.ts';

const folder = scratch();
afterAll(() => folder.remove());

const template = join(import.meta.dirname, 'fixtures', 'like-packer.pkr.json');

function files(path: string): Readonly<Record<string, string>> {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.txt$|\.md5$/.test(name),
  );
  return Object.fromEntries(
    names.toSorted().map((name) => [name, readFileSync(join(path, name), 'utf8')]),
  );
}

testWithPacker('bake and packer make the same of a JSON template', async () => {
  const made: unknown[] = [];
  for (const tool of ['packer', 'bake'] as const) {
    const cwd = join(folder.path, tool);
    mkdirSync(cwd);
    copyFileSync(template, join(cwd, 'main.pkr.json'));
    writeFileSync(join(cwd, 'a.auto.pkrvars.json'), '{ "text": "auto" }');
    writeFileSync(join(cwd, 'given.json'), '{ "text": "literal ${var.list}" }');
    const args = ['build', '-parallel-builds=1', '-var-file=given.json', '.'];
    const { code, stdout } =
      tool === 'packer' ? runPacker(args, { cwd }) : await runBake(args, { cwd });
    if (code !== 0) throw new Error(`${tool}: ${stdout}`);
    made.push(files(cwd));
  }
  const [theirs, ours] = made;
  expect(ours).toEqual(theirs);
  expect(Object.keys(ours as object)).toEqual(['a.txt', 'log-a.txt', 'log-b.txt', 'sums/a.md5']);
});

const rest = '"source":{"null":{"a":{"communicator":"none"}}},"build":{"sources":["null.a"]}';

testWithPacker('bake and packer accept and refuse the same JSON templates', async () => {
  const cwd = join(folder.path, 'verdicts');
  mkdirSync(cwd);
  const templates = [
    `{${rest}}`,
    `[{${rest}}]`,
    `{${rest},}`,
    `{${rest}} x`,
    `{${rest}`,
    `{${rest},"foo":1}`,
    `{${rest},"//":1,"locals":{"//":1,"a":"\${"}}`,
    `{${rest},"locals":{"a":{"x":1,"x":2}}}`,
    `{${rest},"locals":{"a":1,"a":2}}`,
    `{${rest},"locals":{"a":007}}`,
    `{${rest},"locals":{"a":"\\q"}}`,
    `{${rest},"locals":{"a":"x\ty"}}`,
    `{${rest},"variable":{"x":{"type":"bool","default":"tru"}}}`,
    `{${rest},"variable":{"x":{"type":"list(string","default":[]}}}`,
    `{${rest},"variable":{"x":{"type":"\${string}","default":"a"}}}`,
    `{${rest},"variable":{"x":{"default":"a","description":"\${"}}}`,
    `{${rest},"variable":{"x":{"default":"a","sensitive":"yes"}}}`,
    `{${rest},"variable":{"x":null}}`,
    `{${rest},"variable":{"x":[]}}`,
    `{${rest},"variable":3}`,
    `{${rest},"source":{"null":{"b":"x"}}}`,
    `{${rest},"build":{"sources":["null.a"],"provisioner":{"shell-local":{"inline":"x"}}}}`,
    `{${rest},"build":{"sources":["null.a"],"provisioner":{"shell-local":{"inline":["x"],"inlin":1}}}}`,
    `{${rest},"build":{"sources":["null.a"],"provisioner":[["x"]]}}`,
    `{${rest},"build":{"sources":["null.a"],"post-processors":{"post-processor":"manifest"}}}`,
    `{"build":{"sources":["null.a"],"sources":["null.a"]},"source":{"null":{"a":{"communicator":"none"}}}}`,
    `{${rest},"build":{"sources":["null.a"],"provisioner":{"shell-local":{"inline":["x"]}},"provisioner":[]}}`,
    '"x"',
    '',
  ];
  for (const text of templates) {
    writeFileSync(join(cwd, 'main.pkr.json'), text);
    const theirs = runPacker(['validate', 'main.pkr.json'], { cwd });
    const ours = await runBake(['validate', 'main.pkr.json'], { cwd });
    const { code, stderr } = ours;
    expect({ text, code, stderr }).toEqual({ text, code: theirs.code, stderr: '' });
  }
});
