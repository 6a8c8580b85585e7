import { randomUUID } from 'node:crypto';
import type { RunContext } from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';
import { commandFailure } from '../messages.ts';

/** One call of the program. */
export interface ImageCall {
  readonly signal: AbortSignal;
  /** Hears how far it is, from 0 to 100, of commands that were given `-p`. */
  readonly onPercent?: (percent: number) => void;
  /** `NAME=value`, put into its environment, by which `bake cleanup` finds it. */
  readonly mark?: string;
}

/**
 * Runs `qemu-img convert` and reports how far it is under a label. It is noted in the journal, since it takes long and would go
 * on if bake were killed.
 */
export async function convertImage(
  args: readonly string[],
  label: string,
  { journal, signal, ui }: Pick<RunContext, 'journal' | 'signal' | 'ui'>,
): Promise<void> {
  const mark = `BAKE_QEMU_IMG=${randomUUID()}`;
  const entry = journal({ kind: 'processes', label: 'qemu-img convert', traces: { mark } });
  try {
    const onPercent = (done: number): void =>
      ui.progress({ label, done, total: 100, unit: 'percent' });
    await qemuImg(['convert', '-p', ...args], { signal, onPercent, mark });
  } finally {
    entry.close();
  }
}

/** What `qemu-img info` says of an image. */
export interface ImageFacts {
  /** `qcow2`, `raw` and so on. */
  readonly format: string;
  /** Bytes that the machine sees. */
  readonly virtualSize: number;
  /** It holds only what differs from another image. */
  readonly hasBacking: boolean;
}

/** Characters of complaints that are kept: what matters stands at the end. */
const complaintLength = 4000;

/** Runs `qemu-img` and throws a `Failure` that says what to do if it does not end well. Gives what it printed. */
export async function qemuImg(args: readonly string[], call: ImageCall): Promise<string> {
  const { signal, onPercent, mark = '' } = call;
  const [name, value] = mark.split('=');
  const chunks: Uint8Array[] = [];
  let complaint = '';
  const end = await runProcess({
    program: 'qemu-img',
    args,
    signal,
    ...(name ? { env: { [name]: value } } : {}),
    onStdout: (chunk) => {
      const percent = onPercent && percentIn(chunk);
      if (percent === undefined) chunks.push(chunk);
      else onPercent?.(percent);
    },
    onStderr: (chunk) => {
      complaint = (complaint + Buffer.from(chunk).toString()).slice(-complaintLength);
    },
  });
  if (end.exitCode !== 0) {
    throw commandFailure(`qemu-img ${args[0]}`, { ...end, complaint: complaint.trim() });
  }
  return Buffer.concat(chunks).toString();
}

/** The last one in a piece of output such as `    (12.34/100%)\r`. */
function percentIn(chunk: Uint8Array): number | undefined {
  const found = [
    ...Buffer.from(chunk)
      .toString()
      .matchAll(/\((\d+(?:\.\d+)?)\/100%\)/g),
  ].at(-1);
  return found === undefined ? undefined : Number(found[1]);
}

/** Paths of an image and of those that it stands on, the image first. */
export async function imageChain(path: string, signal: AbortSignal): Promise<readonly string[]> {
  const args = ['info', '--backing-chain', '--output=json', path];
  const chain = JSON.parse(await qemuImg(args, { signal })) as readonly Record<string, unknown>[];
  return chain.map(({ filename }) => String(filename));
}

/** Looks at an image. Throws a `Failure` when it cannot be read. */
export async function imageFacts(path: string, signal: AbortSignal): Promise<ImageFacts> {
  const facts = JSON.parse(await qemuImg(['info', '--output=json', path], { signal }));
  return {
    format: String(facts.format),
    virtualSize: Number(facts['virtual-size']),
    hasBacking: facts['backing-filename'] !== undefined,
  };
}
