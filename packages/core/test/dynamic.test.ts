import { basename } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { fingerprintOf, type PlannedComponent } from '../src/index.ts';
import { bake, headlines, planAt, transcript, workspace } from './bake-template.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function folder(files: Readonly<Record<string, string>>): string {
  const { path, remove } = workspace(files);
  cleanups.push(remove);
  return path;
}

function folderWith(build: string): string {
  return folder({
    'main.pkr.hcl': `
source "test" "a" { file = "\${path.root}/a.txt" }
build {
  ${build}
}`,
  });
}

const listed = 'sources = ["test.a"]';

function saying(forEach: string, text: string, more = ''): string {
  return `
  ${listed}
  dynamic "provisioner" {
    for_each = ${forEach}
    labels   = ["say"]
    ${more}
    content { text = "${text}" }
  }`;
}

async function saidIn(path: string): Promise<readonly string[]> {
  const { result, events } = await bake(path);
  expect(result.outcome).toBe('ok');
  return transcript(events).slice(1, -1);
}

test.each([
  {
    name: 'its own',
    build: saying('["x", "y"]', '${provisioner.key} ${provisioner.value} ${build.ID}'),
    said: ['0 x i-1', '1 y i-1'],
  },
  {
    name: 'one named by the template',
    build: saying('{ k = [1, true] }', '${it.key} ${it.value[0]} ${build.ID}', 'iterator = it'),
    said: ['k 1 i-1'],
  },
  {
    name: 'one that hides `source`',
    build: saying('["x"]', '${source.value} ${build.ID}', 'iterator = source'),
    said: ['x i-1'],
  },
  {
    name: 'one that hides `build`, and then nothing is left for later',
    build: saying('["x"]', '${build.value} ${source.name}', 'iterator = build'),
    said: ['x a'],
  },
])('a block made by dynamic knows its iterator during the run: $name', async ({ build, said }) => {
  expect(await saidIn(folderWith(build))).toEqual(said);
});

test('a block in JSON made by dynamic knows its iterator during the run', async () => {
  const template = {
    source: { test: { a: { file: '${path.root}/a.txt' } } },
    build: {
      sources: ['test.a'],
      dynamic: {
        provisioner: {
          for_each: ['x', 'y'],
          labels: ['say'],
          content: { text: '${provisioner.value} ${build.ID}' },
        },
      },
    },
  };
  const path = folder({ 'main.pkr.json': JSON.stringify(template) });
  expect(await saidIn(path)).toEqual(['x i-1', 'y i-1']);
});

test('meta-arguments know the iterator beside build.name', async () => {
  const path = folderWith(`
  name    = "n"
  sources = ["test.a"]
  dynamic "provisioner" {
    for_each = ["x", "y"]
    labels   = ["say"]
    content {
      text     = "plain"
      override = { a = { text = "\${build.name} \${provisioner.value}" } }
    }
  }`);
  expect(await saidIn(path)).toEqual(['n x', 'n y']);
});

const copies = (labels: string, target: string): string => `
    for_each = ["b", "c"]
    labels   = [${labels}]
    content { to = "\${path.root}/${target}-\${build.ID}" }`;

test.each([
  {
    name: 'alone',
    build: `dynamic "post-processor" { ${copies('"copy"', '${post-processor.value}')}\n}`,
    left: [['b-i-1'], ['c-i-1']],
  },
  {
    name: 'in a sequence',
    build: `post-processors {
      dynamic "post-processor" { ${copies('"copy"', '${post-processor.value}')}\n}
    }`,
    left: [['c-i-1']],
  },
  {
    name: 'in a sequence that is made by dynamic too',
    build: `dynamic "post-processors" {
      for_each = ["1", "2"]
      iterator = outer
      content {
        dynamic "post-processor" { ${copies('"copy"', '${outer.value}${post-processor.value}')}\n}
      }
    }`,
    left: [['1c-i-1'], ['2c-i-1']],
  },
])('a post-processor made by dynamic knows its iterators: $name', async ({ build, left }) => {
  const { result } = await bake(folderWith(`${listed}\n${build}`));
  expect(result.outcome).toBe('ok');
  const files = result.builds[0]?.artifacts.map((one) => one.files.map((file) => basename(file)));
  expect(files).toEqual(left);
});

test('iterations with the same text have different fingerprints', async () => {
  const path = folderWith(saying('["x", "y"]', '${provisioner.value} ${build.ID}'));
  const { plan } = await planAt(path);
  const [first, second] = plan.builds[0]?.provisioners ?? [];
  expect(first?.deferred?.text).toBe(second?.deferred?.text);
  expect(first?.config).toEqual(second?.config);
  const [one, other] = [first, second].map((each) => fingerprintOf(each as PlannedComponent));
  expect(one).toMatch(/^[0-9a-f]{64}$/);
  expect(one).not.toBe(other);
});

test('a block outside dynamic has no iterators in the plan', async () => {
  const path = folderWith(`${listed}\nprovisioner "say" { text = build.ID }`);
  const { plan } = await planAt(path);
  const deferred = plan.builds[0]?.provisioners[0]?.deferred;
  expect(deferred?.text.trim()).toBe('text = build.ID');
  expect(deferred).not.toHaveProperty('iterators');
});

test.each([
  {
    name: 'dynamic in the body',
    build: `source "test.a" {
      name = "local"
      dynamic "disk" {
        for_each = [1, 2]
        content { size = disk.value * 10 + length(source.name) }
      }
    }`,
    disks: ['disks: 15 25'],
  },
  {
    name: 'source.name in for_each',
    build: `source "test.a" {
      name = "local"
      dynamic "disk" {
        for_each = [length(source.name)]
        content { size = disk.value }
      }
    }`,
    disks: ['disks: 5'],
  },
  {
    name: 'dynamic around the block, whose iterator is called source',
    build: `dynamic "source" {
      for_each = [3]
      labels   = ["test.a"]
      content {
        dynamic "disk" {
          for_each = [1, 2]
          content { size = source.value * disk.value }
        }
      }
    }`,
    disks: ['disks: 3 6'],
  },
])('a source block in a build keeps its iterators: $name', async ({ build, disks }) => {
  const { events } = await bake(folderWith(build));
  expect(transcript(events).filter((line) => line.startsWith('disks'))).toEqual(disks);
});

test('a source block in a build in JSON keeps its iterators', async () => {
  const template = {
    source: { test: { a: { file: '${path.root}/a.txt' } } },
    build: {
      source: {
        'test.a': {
          name: 'local',
          dynamic: {
            disk: { for_each: [1, 2], content: { size: '${disk.value + length(source.name)}' } },
          },
        },
      },
    },
  };
  const { result, events } = await bake(folder({ 'main.pkr.json': JSON.stringify(template) }));
  expect(result.builds.map(({ name }) => name)).toEqual(['test.local']);
  expect(transcript(events)).toContain('disks: 6 7');
});

test('a mistake in a source block of a build is told once, at its line', async () => {
  const path = folderWith(`source "test.a" {
    dynamic "disk" {
      for_each = [1]
      content { size = dsk.value }
    }
  }`);
  const { diagnostics } = await planAt(path);
  expect(headlines(diagnostics)).toEqual(['main.pkr.hcl:7 Unknown variable']);
});
