import { runProcess } from '@bake/plugin-sdk/process';
import { commandFailure } from '../messages.ts';

/** One call of the program. */
export interface ImageCall {
  readonly signal: AbortSignal;
  /** Hears how far it is, from 0 to 100, of commands that were given `-p`. */
  readonly onPercent?: (percent: number) => void;
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
  const { signal, onPercent } = call;
  const chunks: Uint8Array[] = [];
  let complaint = '';
  const end = await runProcess({
    program: 'qemu-img',
    args,
    signal,
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

/** Looks at an image. Throws a `Failure` when it cannot be read. */
export async function imageFacts(path: string, signal: AbortSignal): Promise<ImageFacts> {
  const facts = JSON.parse(await qemuImg(['info', '--output=json', path], { signal }));
  return {
    format: String(facts.format),
    virtualSize: Number(facts['virtual-size']),
    hasBacking: facts['backing-filename'] !== undefined,
  };
}
