import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { runBake, scratch, startBake } from './run-bake.ts';

const folder = scratch();
const kills = Number(process.env['BAKE_KILLS'] ?? 100);
/** Milliseconds that a run of the template takes here; the first test measures it. */
let whole = 1000;

jest.setTimeout(1_200_000);
afterAll(() => folder.remove());

const template = `
source "sandbox" "web" {}
source "sandbox" "worker" {}
source "file" "note" {
  target  = "note.txt"
  content = "note"
}
build {
  sources = ["sandbox.web", "sandbox.worker", "file.note"]
  provisioner "file" {
    source      = "\${path.root}/main.pkr.hcl"
    destination = "main.pkr.hcl"
  }
  provisioner "shell" {
    only   = ["sandbox.web", "sandbox.worker"]
    inline = ["(sleep 60 >&- 2>&- &)", "sleep 0.1"]
  }
  provisioner "shell-local" {
    inline = ["sleep 0.2"]
  }
  provisioner "file" {
    only        = ["sandbox.web"]
    direction   = "download"
    source      = "main.pkr.hcl"
    destination = "downloaded.txt"
  }
  post-processors {
    post-processor "compress" {
      output = "output-\${source.name}/\${source.name}.zip"
    }
    post-processor "checksum" {
      output = "output-\${source.name}/\${source.name}.{{.ChecksumType}}"
    }
    post-processor "manifest" {
      output = "manifest.json"
    }
  }
}
`;

/** Files that a build means to make; they may be there, and then whole, if it got so far. */
const meant = [
  'downloaded.txt',
  'main.pkr.hcl',
  'manifest.json',
  'note.txt',
  'output-note/note.md5',
  'output-note/note.zip',
  ...['web', 'worker'].flatMap((name) =>
    ['md5', 'tar.gz', 'zip'].map((ending) => `output-${name}/${name}.${ending}`),
  ),
];

interface Place {
  readonly work: string;
  readonly temporary: string;
  readonly state: string;
  readonly env: Readonly<Record<string, string>>;
}

async function makePlace(name: string): Promise<Place> {
  const path = join(folder.path, name);
  const [work, temporary, state] = ['work', 'tmp', 'state'].map((part) => join(path, part)) as [
    string,
    string,
    string,
  ];
  for (const part of [work, temporary]) await mkdir(part, { recursive: true });
  await writeFile(join(work, 'main.pkr.hcl'), template);
  const env = { TMPDIR: temporary, BAKE_STATE_DIR: state, BAKE_KILL_TEST: name };
  return { work, temporary, state, env };
}

function filesIn(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
}

function emptyFoldersIn(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((folder) => readdirSync(folder).length === 0);
}

/** Processes that work in, or were started for, this place. */
function processesOf({ env, temporary }: Place): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
        return environment.some(
          (entry) =>
            entry === `BAKE_KILL_TEST=${env['BAKE_KILL_TEST']}` ||
            entry.startsWith(`HOME=${temporary}`),
        );
      } catch {
        return false;
      }
    });
}

function remainsOf(place: Place): object {
  const journals = filesIn(place.state);
  return {
    temporary: readdirSync(place.temporary),
    unmeant: filesIn(place.work).filter((name) => !meant.includes(name)),
    empty: emptyFoldersIn(place.work),
    processes: processesOf(place),
    journals,
  };
}

const nothing = { temporary: [], unmeant: [], empty: [], processes: [], journals: [] };
const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('bake cleanup', () => {
  test('finds nothing after a good build', async () => {
    const place = await makePlace('good');
    const start = performance.now();
    const built = await runBake(['build', '.'], { cwd: place.work, env: place.env });
    whole = performance.now() - start;
    expect(built).toMatchObject({ code: 0, stderr: '' });
    expect(await runBake(['cleanup'], { env: place.env })).toMatchObject({
      code: 0,
      stdout: 'Nothing was left behind.\n',
    });
    expect(filesIn(place.work).toSorted()).toEqual(
      meant.filter((name) => !/tar.gz|note.txt/.test(name)).toSorted(),
    );
  });

  test(`removes all that is left of ${kills} builds killed at any moment`, async () => {
    const moments = Array.from({ length: kills }, (_, index) => ((index + 1) * whole) / kills);
    let interrupted = 0;
    const worker = async (): Promise<void> => {
      for (let moment = moments.pop(); moment !== undefined; moment = moments.pop()) {
        const place = await makePlace(`killed-after-${moment}`);
        const build = startBake(['build', '.'], { cwd: place.work, env: place.env });
        const timer = setTimeout(() => build.process.kill('SIGKILL'), moment);
        const { code } = await build.finished;
        clearTimeout(timer);
        if (code === null) interrupted += 1;
        const { stdout } = await runBake(['cleanup'], { env: place.env });
        expect({ moment, stdout, ...remainsOf(place) }).toEqual({ moment, stdout, ...nothing });
        rmSync(join(place.work, '..'), { recursive: true });
      }
    };
    await Promise.all([worker(), worker()]);
    expect(interrupted).toBeGreaterThan(kills / 2);
  });
});
