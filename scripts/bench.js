/**
 * `npm run bench`: every benchmark, each beside its peer in the same run. `npm run bench parse`, or `validate`,
 * `growth`, `editor`, `ssh`, `docker`, `qemu`, `cache`, `ansible`, `amazon`, runs only that part. It ends with 1 when a bar is not met.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchAmazonMemory, benchAmazonStart, whyNoAmazon } from './bench/amazon.js';
import { benchAnsible, whyNoAnsible } from './bench/ansible.js';
import { benchDockerCache, benchQemuCache } from './bench/cache.js';
import { packerVersion } from './bench/commands.js';
import { benchDocker, whyNoDocker } from './bench/docker.js';
import { benchEditor } from './bench/editor.js';
import { benchFmt } from './bench/fmt.js';
import { benchGrowth } from './bench/growth.js';
import { benchParse } from './bench/parse.js';
import { benchQemu, whyNoQemu } from './bench/qemu.js';
import { benchBuilds, benchFurther } from './bench/ssh-builds.js';
import { startMachine, whyNoSshd } from './bench/ssh-machine.js';
import { benchUpload } from './bench/ssh-upload.js';
import { benchNode, benchValidate } from './bench/validate.js';

const version = packerVersion();
const folder = mkdtempSync(join(tmpdir(), 'bake-bench-'));
try {
  const peer = version ?? 'no packer on PATH: SKIPPED what is measured beside it';
  console.log(`Node ${process.version}, ${availableParallelism()} cores, ${peer}`);
  if (isAsked('parse')) await showParse();
  const startUp = benchNode(folder);
  if (isAsked('validate') && version !== undefined) await showPairs(startUp);
  if (isAsked('growth')) await showGrowth(startUp);
  if (isAsked('editor')) await showEditor();
  if (isAsked('ssh')) await showSsh();
  if (isAsked('docker') && version !== undefined) await showDocker();
  if (isAsked('qemu') && version !== undefined) await showQemu();
  if (isAsked('cache') && version !== undefined) await showCache();
  if (isAsked('ansible') && version !== undefined) await showAnsible();
  if (isAsked('amazon') && version !== undefined) await showAmazon();
} finally {
  rmSync(folder, { recursive: true });
}
// hcl2json's Go runtime never ends by itself.
process.exit();

function isAsked(part) {
  const asked = process.argv.slice(2);
  return asked.length === 0 || asked.includes(part);
}

async function showParse() {
  console.log('\nparse: our parser and hcl2json on the same text');
  for (const { name, ours, theirs, ratio } of (await benchParse()).rows) {
    const speeds = `bake ${ours.toFixed(1)} MB/s, hcl2json ${theirs.toFixed(2)} MB/s`;
    console.log(`  ${name}: ${speeds}, ${ratio.toFixed(0)} times as fast`);
  }
}

async function showEditor() {
  const row = await benchEditor(folder, version !== undefined);
  console.log(
    `\neditor: from an edit of ${row.lines} lines to all there is to say of them, ${row.edits} keys`,
  );
  console.log(
    `    median ${time(row.median)}${verdict(row.median, 50)}; 95 of 100 within ${time(row.p95)}; processors busy for ${time(row.busy)} each; the first look ${time(row.first)}`,
  );
  if (row.theirs === undefined) return;
  const ratio = row.median / row.theirs;
  const theirs = row.isDone ? time(row.theirs) : `not done after ${time(row.theirs)}`;
  console.log(
    `    packer validate of the same file: ${theirs}; ratio ${row.isDone ? '' : 'below '}${ratio.toFixed(4)}`,
  );
}

async function showDocker() {
  const reason = whyNoDocker();
  if (reason !== undefined) return console.log(`\ndocker: SKIPPED, ${reason}`);
  const { scripts, ours, theirs, ratio, limit } = await benchDocker(folder);
  console.log(
    `\ndocker: an image with ${scripts} scripts and a file, committed and tagged, in pairs, medians`,
  );
  const bare = `the engine alone, container, commit and removal: ${time(limit)}`;
  console.log(
    `    bake ${time(ours)}; packer ${time(theirs)}; ratio ${ratio.toFixed(2)}${verdict(ratio, 0.7)} (${bare})`,
  );
}

async function showQemu() {
  const reason = whyNoQemu();
  if (reason !== undefined) return console.log(`\nqemu: SKIPPED, ${reason}`);
  const { scripts, ours, theirs, ratio, limit } = await benchQemu(folder);
  console.log(`\nqemu: a disk of Debian with a file and ${scripts} scripts, in turn, medians`);
  const bare = `boot, login and shutdown alone: ${time(limit)}`;
  console.log(
    `    bake ${time(ours)}; packer ${time(theirs)}; ratio ${ratio.toFixed(2)}${verdict(ratio, 0.8)} (${bare})`,
  );
}

async function showCache() {
  for (const [what, reason, bench] of [
    ['a docker image', whyNoDocker(), benchDockerCache],
    ['a disk of Debian in QEMU', whyNoQemu(), benchQemuCache],
  ]) {
    if (reason !== undefined) {
      console.log(`\ncache of ${what}: SKIPPED, ${reason}`);
      continue;
    }
    const { changed, unchanged, theirs } = await bench(folder);
    console.log(`\ncache: ${what} with five provisioners, rebuilt in turn with packer, medians`);
    showRebuild('the last provisioner changed', changed, theirs, 0.2);
    showRebuild('nothing changed', unchanged, theirs, 0.05);
  }
}

function showRebuild(what, ours, theirs, bar) {
  const ratio = ours / theirs;
  const costs = `bake ${time(ours)}; packer ${time(theirs)}; ratio ${ratio.toFixed(3)}`;
  console.log(`    ${what}: ${costs}${verdict(ratio, bar)}`);
}

async function showAnsible() {
  const reason = whyNoAnsible();
  if (reason !== undefined) return console.log(`\nansible: SKIPPED, ${reason}`);
  const of = mkdtempSync(join(folder, 'ansible-'));
  const { tasks, ours, theirs, pipelined, direct, ratio, fairRatio } = await benchAnsible(of);
  console.log(`\nansible: a playbook of ${tasks} tasks through the proxy, in turn, medians`);
  console.log(
    `    bake ${time(ours)}; packer ${time(theirs)}; ratio ${ratio.toFixed(2)}${verdict(ratio, 0.8)}`,
  );
  console.log(
    `    packer with pipelining ${time(pipelined)}, ratio ${fairRatio.toFixed(2)}; bake without the proxy ${time(direct)}`,
  );
}

async function showAmazon() {
  const { sources, ours, theirs, ratio } = benchAmazonStart(folder);
  console.log(`\namazon: a template with ${sources} sources validated, in pairs, medians`);
  console.log(
    `    bake ${time(ours)}; packer ${time(theirs)}; ratio ${ratio.toFixed(2)}${verdict(ratio, 0.6)}`,
  );
  const reason = whyNoAmazon();
  if (reason !== undefined) return console.log(`  many builds: SKIPPED, ${reason}`);
  const row = await benchAmazonMemory(folder);
  console.log(`  ${row.builds} builds at once against moto`);
  console.log(
    `    bake ${memory(row.oursMegabytes)}; packer ${memory(row.theirsMegabytes)}; ratio ${row.ratio.toFixed(2)}${verdict(row.ratio, 0.5)}`,
  );
}

async function showPairs(startUp) {
  console.log(
    `\nvalidate: bake and packer in pairs, medians (Node's bare start: ${time(startUp)})`,
  );
  for (const row of await benchValidate(folder)) console.log(`  ${row.name}\n    ${pairText(row)}`);
  const fmt = await benchFmt(folder);
  const size = `${fmt.files} files, ${fmt.kilobytes.toFixed(0)} kB, fresh copies that both write`;
  console.log(`\nfmt: ${size}\n    ${pairText(fmt)}`);
}

function pairText({ ours, theirs, ratio, bar, oursMegabytes, theirsMegabytes }) {
  return [
    `bake ${time(ours)}, ${memory(oursMegabytes)}`,
    `packer ${time(theirs)}, ${memory(theirsMegabytes)}`,
    `ratio ${ratio.toFixed(2)}${verdict(ratio, bar)}`,
  ].join('; ');
}

/** 10,000 blocks are the large template of which the 0.2 is asked. */
async function showGrowth(startUp) {
  console.log(
    '\ngrowth of validate: images of ten blocks each (a build with a source and 5 provisioners)',
  );
  for (const row of await benchGrowth(folder, startUp, version !== undefined)) {
    const { blocks, images, ours, growth, oursMegabytes } = row;
    console.log(`  ${blocks} blocks: ${images} sources, ${images * 5} provisioners`);
    console.log(`    bake ${time(ours)}, ${memory(oursMegabytes)}${peerText(row)}`);
    if (growth === undefined) continue;
    const times = `${growth.toFixed(1)} times as long for 10 times the blocks`;
    console.log(`    ${times}, Node's start taken off${verdict(growth, 10)}`);
  }
}

function peerText({ blocks, ours, theirs, isDone, theirsMegabytes }) {
  if (theirs === undefined) return '';
  const ratio = ours / theirs;
  const bar = blocks === 10_000 ? 0.2 : undefined;
  if (isDone) {
    return `; packer ${time(theirs)}, ${memory(theirsMegabytes)}; ratio ${ratio.toFixed(2)}${verdict(ratio, bar)}`;
  }
  const told = `; packer not done after ${time(theirs)}, ${memory(theirsMegabytes)} by then; ratio below ${ratio.toFixed(2)}`;
  // A bound above the bar says nothing.
  return ratio > bar ? `${told}, bar ${bar}: not shown` : `${told}${verdict(ratio, bar)}`;
}

async function showSsh() {
  const reason = whyNoSshd();
  console.log(
    `\nssh: ${reason === undefined ? 'to a real sshd on loopback' : `SKIPPED, ${reason}`}`,
  );
  if (reason !== undefined) return;
  const machine = await startMachine(folder);
  try {
    if (version !== undefined) await showBuilds(machine);
    showUpload(await benchUpload(machine, version !== undefined));
  } finally {
    await machine.stop();
  }
}

async function showBuilds(machine) {
  const { ours, theirs, ratio } = benchFurther(machine);
  const costs = `bake ${time(ours)}; packer ${time(theirs)}; ratio ${ratio.toFixed(2)}`;
  console.log(`  each further shell provisioner of a build\n    ${costs}${verdict(ratio, 0.6)}`);
  for (const row of await benchBuilds(machine)) {
    console.log(
      `  ${row.builds} builds at once, each with a shell, a file and a shell provisioner`,
    );
    console.log(`    ${pairText({ ...row, bar: 0.6 })}`);
    showMemory(row);
  }
}

function showUpload({ rows, oursMegabytes, theirsMegabytes }) {
  console.log('  one upload of 256 MB: the whole command; its speed without start and login');
  for (const row of rows) {
    console.log(`    ${row.name}: ${time(row.time)}; ${row.speed.toFixed(0)} MB/s`);
  }
  const speedOf = (name) => rows.find((row) => row.name === name)?.speed;
  for (const [ours, theirs, least] of [
    ['bake scp', 'OpenSSH scp', 0.9],
    ['bake sftp', 'OpenSSH sftp', undefined],
    ['bake scp', 'packer', 4],
  ]) {
    if (speedOf(theirs) === undefined) continue;
    const ratio = speedOf(ours) / speedOf(theirs);
    const speed = `${ours} has ${ratio.toFixed(2)} of the speed of ${theirs}`;
    console.log(`    ${speed}${verdictOfLeast(ratio, least)}`);
  }
  showMemory({ oursMegabytes, theirsMegabytes });
}

function showMemory({ oursMegabytes, theirsMegabytes }) {
  if (oursMegabytes === undefined || theirsMegabytes === undefined) return;
  const ratio = oursMegabytes / theirsMegabytes;
  const sizes = `${memory(oursMegabytes)}, ${memory(theirsMegabytes)}`;
  console.log(
    `    memory of bake and of packer's processes: ${sizes}; ratio ${ratio.toFixed(2)}${verdict(ratio, 1)}`,
  );
}

function verdictOfLeast(value, least) {
  if (least === undefined) return '';
  if (value < least) process.exitCode = 1;
  return `, at least ${least}: ${value >= least ? 'met' : 'NOT MET'}`;
}

function verdict(value, bar) {
  if (bar === undefined) return '';
  if (value > bar) process.exitCode = 1;
  return `, bar ${bar}: ${value <= bar ? 'met' : 'NOT MET'}`;
}

function time(milliseconds) {
  return milliseconds < 1000
    ? `${milliseconds.toFixed(0)} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}

function memory(megabytes) {
  return megabytes === undefined ? 'memory not measured' : `${megabytes.toFixed(0)} MB`;
}
