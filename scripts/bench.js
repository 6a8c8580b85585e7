/**
 * `npm run bench`: every benchmark, each beside its peer in the same run, in about three minutes. It ends with 1 when
 * a bar is not met.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { packerVersion } from './bench/commands.js';
import { benchFmt } from './bench/fmt.js';
import { benchGrowth } from './bench/growth.js';
import { benchParse } from './bench/parse.js';
import { benchNode, benchValidate } from './bench/validate.js';

const version = packerVersion();
const folder = mkdtempSync(join(tmpdir(), 'bake-bench-'));
try {
  const peer = version ?? 'no packer on PATH: SKIPPED what is measured beside it';
  console.log(`Node ${process.version}, ${availableParallelism()} cores, ${peer}`);
  await showParse();
  const startUp = benchNode(folder);
  if (version !== undefined) await showPairs(startUp);
  await showGrowth(startUp);
} finally {
  rmSync(folder, { recursive: true });
}
// hcl2json's Go runtime never ends by itself.
process.exit();

async function showParse() {
  console.log('\nparse: our parser and hcl2json on the same text');
  for (const { name, ours, theirs, ratio } of (await benchParse()).rows) {
    const speeds = `bake ${ours.toFixed(1)} MB/s, hcl2json ${theirs.toFixed(2)} MB/s`;
    console.log(`  ${name}: ${speeds}, ${ratio.toFixed(0)} times as fast`);
  }
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
  return megabytes === undefined ? 'memory not known here' : `${megabytes.toFixed(0)} MB`;
}
