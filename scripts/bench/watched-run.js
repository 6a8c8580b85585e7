/**
 * Runs one command under watch: how much memory it and the programs that it starts take, and an end to all of
 * them when it takes too long. Its time is that of a watched run; what is compared is timed in `pairs.js`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { freemem } from 'node:os';

const interval = 10;

/**
 * Resolves to `{ milliseconds, megabytes, isDone }`. `megabytes` is the sum of the peaks of all its processes, each
 * as the kernel keeps it, and `undefined` where there is no `/proc`. After `limit` milliseconds, or when half of the
 * free memory is gone, the whole process group is killed; then `isDone` is false.
 */
export async function watchedRun([program, ...args], { limit, env = process.env, cwd }) {
  const most = freemem() / 2 ** 21;
  const start = performance.now();
  // A process group of its own: what it starts can be ended with it.
  const child = spawn(program, args, { env, cwd, detached: true, stdio: 'ignore' });
  const closed = once(child, 'close').then(([code]) => code);
  const peaks = new Map();
  let isCut = false;
  const watch = setInterval(() => {
    addPeaks(child.pid, peaks);
    isCut ||= performance.now() - start > limit || sum(peaks) > most;
    if (isCut) kill(child.pid);
  }, interval);
  const code = await closed;
  clearInterval(watch);
  const milliseconds = performance.now() - start;
  if (isCut) await allGone(child.pid);
  else if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed with ${code}`);
  return { milliseconds, megabytes: sum(peaks) || undefined, isDone: !isCut };
}

/** Notes the peak memory of a process and of all below it, in megabytes. */
function addPeaks(pid, peaks) {
  const peak = /^VmHWM:\s*(\d+) kB/m.exec(readProc(`${pid}/status`))?.[1];
  if (peak !== undefined) peaks.set(pid, Number(peak) / 1024);
  for (const task of listProc(`${pid}/task`)) {
    const children = readProc(`${pid}/task/${task}/children`).trim();
    if (children !== '') for (const child of children.split(' ')) addPeaks(child, peaks);
  }
}

function sum(peaks) {
  return [...peaks.values()].reduce((total, peak) => total + peak, 0);
}

function kill(group) {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Waits until no process of the group is left; throws when they do not go. */
async function allGone(group) {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    try {
      process.kill(-group, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
  throw new Error(`Processes of the group ${group} are still there.`);
}

/** Processes come and go while one looks. */
function readProc(path) {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return '';
  }
}

function listProc(path) {
  try {
    return readdirSync(`/proc/${path}`);
  } catch {
    return [];
  }
}
