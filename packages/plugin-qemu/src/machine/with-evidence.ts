import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildContext, Failure, isFailure } from '@bake/plugin-sdk';
import { pngOf } from './screenshot.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** What else is known of the machine. */
export interface Evidence {
  /** What it has asked the HTTP server for, oldest first. */
  readonly requests: readonly string[];
}

/** How many lines of the console go with an error. */
const consoleLines = 20;

/**
 * Does something that the machine must come up for, or go down for. When that fails, the error also says what is on the
 * machine's screen (a PNG in the folder for temporary files, which stays) and what it wrote last to its serial port.
 */
export async function withEvidence<T>(
  machine: VirtualMachine,
  { signal, build }: Pick<BuildContext, 'signal' | 'build'>,
  { requests }: Evidence,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw error;
    const explained = await machine.explain(error);
    if (!isFailure(explained)) throw explained;
    throw await withFindings(explained, machine, { name: build.sourceName, requests });
  }
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}

async function withFindings(
  failure: Failure,
  machine: VirtualMachine,
  { name, requests }: Evidence & { readonly name: string },
): Promise<Failure> {
  const [screen, lines] = await Promise.all([
    photograph(machine, name),
    machine.lastConsoleLines(consoleLines),
  ]);
  const findings = [
    ...(failure.detail === undefined ? [] : [failure.detail]),
    ...(screen === undefined ? [] : [`What the machine's screen shows: ${screen}`]),
    lines.length > 0
      ? `The last lines of its serial console:\n${indent(lines)}`
      : 'It wrote nothing to its serial console (Linux does with "console=ttyS0" on its command line).',
    ...(requests.length > 0
      ? [`The last that it asked bake for over HTTP:\n${indent(requests)}`]
      : []),
  ];
  const cause = failure.cause === undefined ? {} : { cause: failure.cause };
  return new Failure({ summary: failure.message, detail: findings.join('\n'), ...cause });
}

/** Gives the path of the picture; nothing when there is no screen, or no machine any more. */
async function photograph(machine: VirtualMachine, name: string): Promise<string | undefined> {
  if (machine.end !== undefined) return undefined;
  const dump = `${machine.parts.console}.ppm`;
  try {
    await machine.qmp.execute('screendump', { filename: dump });
    const png = pngOf(await readFile(dump));
    if (png === undefined) return undefined;
    const path = join(tmpdir(), `bake-${name}-${randomUUID().slice(0, 8)}.png`);
    await writeFile(path, png);
    return path;
  } catch {
    // The error that is being told matters more.
    return undefined;
  } finally {
    await rm(dump, { force: true });
  }
}
