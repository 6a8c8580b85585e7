import { Failure } from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';

/** Asks the program for the first number of its version. Rejects with a `Failure` if it is none of Ansible's. */
export async function ansibleVersion(
  program: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number> {
  const said: Uint8Array[] = [];
  const keep = (chunk: Uint8Array): void => void said.push(chunk);
  const args = ['--version'];
  const end = await runProcess({ program, args, env, signal, onStdout: keep, onStderr: keep });
  const text = Buffer.concat(said).toString();
  const number = /^ansible[\w-]* (?:\[\w+ )?(\d+)\.\d+/m.exec(text)?.[1];
  if (number !== undefined) return Number(number);
  throw new Failure({
    summary: `"${program} --version" does not say what version of Ansible it is (exit code ${end.exitCode ?? 'none'})`,
    detail: `It said: ${text.trim().slice(0, 500) || 'nothing'}. Check "command"; "skip_version_check = true" does without the question.`,
  });
}
