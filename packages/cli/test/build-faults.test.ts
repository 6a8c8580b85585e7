import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  drawConduct,
  type FaultyLine,
  type LineConduct,
  Random,
  type Sshd,
  startFaultyLine,
  startSshd,
  whyNoSshd,
} from '@bake/plugin-sdk/testing';
import { expect, test } from '@jest/globals';
import { type Finished, scratch, startBake } from './run-bake.ts';

const env = process.env as { BAKE_BUILD_FAULTS?: string; BAKE_FAULT_SEED?: string };
const count = Number(env.BAKE_BUILD_FAULTS ?? 40);
const firstSeed = Number(env.BAKE_FAULT_SEED ?? 1);
/** Builds at the same time, which for the most part wait. */
const width = 4;
/** Milliseconds: all time limits of the template together, and as much again for a busy computer. */
const limit = 60_000;

const reason = whyNoSshd();
if (reason === undefined) registerTests();
else {
  console.warn(`SKIPPED: builds over a faulty line: ${reason}`);
  test.skip(`builds over a faulty line: ${reason}`, () => undefined);
}

/** Packer's defaults are minutes; the clean-up of a machine that is gone must not take longer. */
function template(port: number, sshd: Sshd, remote: string): string {
  return `
source "null" "a" {
  ssh_host                = "127.0.0.1"
  ssh_port                = ${port}
  ssh_username            = "${sshd.target.username}"
  ssh_private_key_file    = "key"
  ssh_timeout             = "8s"
  ssh_keep_alive_interval = "500ms"
  ssh_read_write_timeout  = "3s"
}
build {
  sources = ["source.null.a"]
  provisioner "file" {
    source      = "content"
    destination = "${remote}/content"
    timeout     = "10s"
  }
  provisioner "shell" {
    remote_folder = "${remote}/scripts"
    inline        = ["echo shell was here", "cp ${remote}/content ${remote}/copy"]
    timeout       = "10s"
  }
  provisioner "file" {
    direction   = "download"
    source      = "${remote}/copy"
    destination = "copy"
    timeout     = "10s"
  }
}`;
}

interface Judged {
  readonly code: number | undefined;
  readonly wrong: string | undefined;
}

/** Builds once; gives its exit code and what is wrong with how it went, if anything. */
async function faultyBuild(seed: number, sshd: Sshd): Promise<Judged> {
  const random = new Random(seed);
  for (let n = 0; n < 4; n += 1) random.next();
  const isWell = random.next() < 0.1;
  const conduct: LineConduct = isWell ? {} : drawConduct(random);
  const lasts = random.pick([1, 1, Number.POSITIVE_INFINITY]);
  const content = random.bytes(random.size(1, 400_000));
  const { host = '', port = 0 } = sshd.target;
  const line = await startFaultyLine({ host, port }, (nth) => (nth <= lasts ? conduct : {}));
  const place = scratch();
  const [tmp, remote] = [join(place.path, 'tmp'), join(place.path, 'remote')];
  for (const folder of [tmp, remote, join(remote, 'scripts')]) mkdirSync(folder);
  writeFileSync(join(place.path, 'key'), sshd.target.privateKey ?? '', { mode: 0o600 });
  writeFileSync(join(place.path, 'content'), content);
  writeFileSync(join(place.path, 'main.pkr.hcl'), template(line.port, sshd, remote));
  try {
    const running = startBake(['build', '-color=false', '.'], {
      cwd: place.path,
      env: { TMPDIR: tmp },
    });
    const ended = await inTime(running.finished);
    if (ended === undefined) running.process.kill('SIGKILL');
    const wrong =
      ended === undefined
        ? `it hangs:\n${running.output()}`
        : whatIsWrong(ended, { line, tmp, remote, content, isWell, path: place.path });
    const what = JSON.stringify({ conduct, lasts, size: content.length });
    return {
      code: ended?.code ?? undefined,
      wrong: wrong && `BAKE_FAULT_SEED=${seed} BAKE_BUILD_FAULTS=1: ${what}: ${wrong}`,
    };
  } finally {
    await line.stop();
    place.remove();
  }
}

async function inTime(finished: Promise<Finished>): Promise<Finished | undefined> {
  const clock = new AbortController();
  const end = sleep(limit, undefined, { signal: clock.signal }).catch(() => undefined);
  try {
    return await Promise.race([finished, end]);
  } finally {
    clock.abort();
  }
}

interface Remains {
  readonly line: FaultyLine;
  readonly tmp: string;
  readonly remote: string;
  readonly path: string;
  readonly content: Buffer;
  readonly isWell: boolean;
}

function whatIsWrong({ code, stdout, stderr }: Finished, left: Remains): string | undefined {
  const said = `${stdout}${stderr}`;
  const isGood = code === 0;
  const whole = (file: string): boolean => readFileSync(file).equals(left.content);
  const copy = join(left.path, 'copy');
  const checks: readonly (readonly [string, boolean])[] = [
    [`exit code ${code}`, isGood || (code === 1 && !left.isWell)],
    ['a stack trace', !/^\s+at |unexpected error|UnhandledPromise/im.test(said)],
    ['not one error', (said.match(/^Build 'null\.a' errored/gm) ?? []).length === (isGood ? 0 : 1)],
    ['a raw error', !/errored[^:]*: (Error: )?(read|write|connect) E[A-Z]+$/m.test(said)],
    ['no output of the shell', !isGood || said.includes('null.a: shell was here')],
    ['an upload that is not whole', !isGood || whole(join(left.remote, 'content'))],
    ['a download that is not whole', existsSync(copy) ? whole(copy) : !isGood],
    ['temporary files', readdirSync(left.tmp).length === 0],
    ['remote scripts', !isGood || readdirSync(join(left.remote, 'scripts')).length === 0],
    ['other local files', readdirSync(left.path).length <= 6],
  ];
  const wrong = checks.filter(([, isRight]) => !isRight).map(([what]) => what);
  return wrong.length === 0 ? undefined : `${wrong.join(', ')}:\n${said}`;
}

function registerTests(): void {
  test(
    'builds over a faulty line end in success or one clear error, and leave nothing behind',
    async () => {
      const sshd = await startSshd(['MaxStartups 500']);
      const seeds = Array.from({ length: count }, (_, n) => firstSeed + n);
      const judged: Judged[] = [];
      const work = async (): Promise<void> => {
        for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
          judged.push(await faultyBuild(seed, sshd));
        }
      };
      await Promise.all(Array.from({ length: width }, work));
      await sshd.stop();
      const good = judged.filter(({ code }) => code === 0).length;
      console.info(`${judged.length} builds over a faulty line, ${good} of them successful`);
      expect(judged.flatMap(({ wrong }) => wrong ?? [])).toEqual([]);
    },
    count * limit,
  );
}
