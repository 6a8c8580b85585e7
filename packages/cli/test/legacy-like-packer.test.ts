import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from '@jest/globals';
import { runPacker, testWithPacker } from './packer.ts';
import { runBake, scratch } from './run-bake.ts';

const folder = scratch();
afterAll(() => folder.remove());

const legacy = {
  _comment: 'A template as people wrote them before HCL.',
  min_packer_version: '1.5.0',
  variables: {
    who: 'nobody',
    greeting: 'Hello, {{user `who`}}',
    lines: 'echo one >> log.txt,echo {{user `who`}} >> log.txt',
    home: '{{env `HOME`}}',
    checks: 'md5,sha1',
    unused: '',
  },
  'sensitive-variables': ['home'],
  builders: [
    {
      type: 'file',
      name: 'made-{{user `who`}}',
      target: '{{user `who`}}.txt',
      content: '{{user `greeting`}} ${shell} {{build_name}} {{build_type}} {{upper `x`}}\n',
    },
    { type: 'null', communicator: 'none', ssh_port: '{{user `unused`}}22' },
  ],
  provisioners: [
    { type: 'shell-local', only: ['null'], inline: '{{user `lines`}}' },
    {
      type: 'shell-local',
      inline: ['echo general >> log.txt'],
      environment_vars: ['WHO={{user `who`}}', 'WHERE={{template_dir}}'],
      override: { null: { inline: ['echo "$WHO $(basename $WHERE) {{build_name}}" >> log.txt'] } },
      max_retries: '1',
    },
    {
      type: 'shell-local',
      inline: ['echo {{user `who` | upper}} > upper.txt'],
      execute_command: ['/bin/sh', '-c', '{{.Vars}} WHO={{user `who`}} /bin/sh {{.Script}}'],
    },
    { type: 'shell-local', except: ['null'], inline: ['echo file > file.txt'] },
  ],
  'post-processors': [
    [
      {
        type: 'checksum',
        only: ['made-{{user `who`}}'],
        checksum_types: '{{user `checks`}}',
        output: '{{.BuildName}}.{{.ChecksumType}}',
        keep_input_artifact: true,
      },
      { type: 'manifest', name: 'listed', output: 'listed.json', strip_path: 'true' },
    ],
    { type: 'shell-local', name: 'late', inline: ['echo late > late.txt'] },
  ],
};

/** What a run left behind: every file with its text, without what differs from run to run. */
function remains(path: string): Readonly<Record<string, string>> {
  const files = readdirSync(path)
    .filter((name) => !name.startsWith('template'))
    .map((name) => [name, readFileSync(join(path, name), 'utf8')] as const);
  return Object.fromEntries(
    files.map(([name, text]) => [
      name,
      text.replaceAll(/"(?:build_time|packer_run_uuid|last_run_uuid)": [^,\n]*/g, ''),
    ]),
  );
}

/** The artifacts and failures of the summary. Packer 1.6.6 left the type out of a build's name. */
function summary(stdout: string): readonly string[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('--> '))
    .map((line) => line.replace('--> file.', '--> '))
    .toSorted();
}

async function bothBuild(
  name: string,
  args: readonly string[],
): Promise<readonly { code: number | null; files: unknown; summary: readonly string[] }[]> {
  const outcomes = [];
  for (const tool of ['packer', 'bake'] as const) {
    // The folder's own name is part of what the template writes.
    const cwd = join(folder.path, tool, name);
    mkdirSync(cwd, { recursive: true });
    writeFileSync(join(cwd, 'template.json'), JSON.stringify(legacy, null, 2));
    writeFileSync(join(cwd, 'template-values.json'), '{ "who": "ada" }');
    const all = ['build', '-parallel-builds=1', ...args, 'template.json'];
    const { code, stdout } =
      tool === 'packer' ? runPacker(all, { cwd }) : await runBake(all, { cwd });
    if (code !== 0) throw new Error(`${tool}: ${stdout}`);
    outcomes.push({ code, files: remains(cwd), summary: summary(stdout) });
  }
  return outcomes;
}

testWithPacker('bake and packer make the same of a legacy template', async () => {
  const [theirs, ours] = await bothBuild('all', ['-var-file=template-values.json']);
  expect(ours).toEqual(theirs);
  expect(Object.keys(ours?.files ?? {})).toEqual([
    'ada.txt',
    'file.txt',
    'late.txt',
    'listed.json',
    'log.txt',
    'made-ada.md5',
    'made-ada.sha1',
    'upper.txt',
  ]);
});

testWithPacker('bake and packer read a legacy template from the standard input', async () => {
  const input = JSON.stringify({
    builders: [{ type: 'null', communicator: 'none' }],
    provisioners: [{ type: 'shell-local', inline: ['echo {{template_dir}} > where.txt'] }],
  });
  const written = [];
  for (const tool of ['packer', 'bake'] as const) {
    const args = ['build', '-color=false', '-'];
    const cwd = folder.path;
    const { code } =
      tool === 'packer' ? runPacker(args, { cwd, input }) : await runBake(args, { cwd, input });
    expect(code).toBe(0);
    written.push(readFileSync(join(cwd, 'where.txt'), 'utf8'));
    rmSync(join(cwd, 'where.txt'));
  }
  expect(written[1]).toBe(written[0]);
});

testWithPacker('bake and packer choose the same builds of a legacy template', async () => {
  const args = ['-var', 'who=eve', '-except=null,listed'];
  const [theirs, ours] = await bothBuild('some', args);
  expect(ours).toEqual(theirs);
  expect(Object.keys(ours?.files ?? {})).toContain('made-eve.md5');
  expect(Object.keys(ours?.files ?? {})).not.toContain('listed.json');
});

testWithPacker('bake and packer refuse the same legacy templates', async () => {
  const cwd = join(folder.path, 'refused');
  mkdirSync(cwd);
  const builders = [{ type: 'null', communicator: 'none' }];
  const templates: readonly unknown[] = [
    { builders, builder: [] },
    { builders: [...builders, ...builders] },
    { builders, variables: { a: null } },
    { builders, variables: { a: '{{user `b`}}', b: '{{user `a`}}' } },
    { builders, variables: { a: 1 } },
    { builders, provisioners: [{ type: 'shell-local', inline: ['x'], only: ['nul'] }] },
    { builders, provisioners: [{ type: 'shell-local', inlines: ['x'] }] },
    { builders, provisioners: [{ type: 'shell-local', inline: ['{{env `HOME`}}'] }] },
    { builders, 'post-processors': [[['manifest']]] },
    { builders, min_packer_version: '99.0.0' },
    { variables: {} },
  ];
  for (const template of templates) {
    writeFileSync(join(cwd, 'template.json'), JSON.stringify(template));
    const theirs = runPacker(['validate', 'template.json'], { cwd });
    const ours = await runBake(['validate', 'template.json'], { cwd });
    const { code, stderr } = ours;
    expect({ template, code, stderr }).toEqual({ template, code: theirs.code, stderr: '' });
    expect(theirs.code).toBe(1);
  }
});

testWithPacker('bake and packer clean the name of an image', async () => {
  const path = join(folder.path, 'cleaned.json');
  const builder = {
    type: 'amazon-ebs',
    access_key: 'key',
    secret_key: 'secret',
    ami_name: 'web {{ user `of` | clean_resource_name }} {{ isotime | clean_resource_name }}',
    region: 'eu-central-1',
    instance_type: 't3.micro',
    source_ami: 'ami-1',
    ssh_username: 'admin',
    tags: { From: '{{ .SourceAMIName | clean_resource_name }}' },
  };
  writeFileSync(path, JSON.stringify({ variables: { of: '1:é' }, builders: [builder] }));
  const valid = { code: 0, stdout: expect.stringContaining('The configuration is valid.') };
  expect(await runBake(['validate', path])).toMatchObject(valid);
  expect(runPacker(['validate', path], { cwd: folder.path })).toMatchObject({ code: 0 });
  // Packer forgets the function in HCL; what is written in HCL for it is still valid in bake.
  const upgraded = join(folder.path, 'cleaned.pkr.hcl');
  await runBake(['hcl2_upgrade', `-output-file=${upgraded}`, path]);
  expect(readFileSync(upgraded, 'utf8')).toContain('clean_resource_name');
  expect(await runBake(['validate', upgraded])).toMatchObject(valid);
});
