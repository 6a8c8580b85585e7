import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** True when there is a `packer` to compare with. */
export const isPackerHere: boolean =
  spawnSync('packer', ['version'], { env: environment() }).status === 0;

/**
 * What `packer console` answers to a line: the result, and whether there was one. `hcl` evaluates an
 * expression, `legacy` a Go template.
 */
export function askPacker(
  line: string,
  mode: 'hcl' | 'legacy' = 'hcl',
): { readonly text: string; readonly isError: boolean } {
  const folder = mkdtempSync(join(tmpdir(), 'bake-console-'));
  try {
    writeFileSync(join(folder, 'empty.pkr.hcl'), '');
    const args = mode === 'hcl' ? ['console', 'empty.pkr.hcl'] : ['console'];
    const { stdout } = spawnSync('packer', args, {
      cwd: folder,
      env: environment(),
      input: `${line}\n`,
      encoding: 'utf8',
    });
    // The console's exit status says nothing.
    return { text: stdout.replace(/\n$/, ''), isError: stdout.startsWith('Error: ') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The JSON of a list of each of the expressions, or `refused`, asked for in as few runs as their length allows. */
export function jsonFromPacker(expressions: readonly string[]): readonly string[] {
  const batches: string[][] = [[]];
  let size = 0;
  for (const expression of expressions) {
    size += expression.length + 40;
    // The console reads lines of up to 64 KiB.
    if (size > 50_000) {
      batches.push([]);
      size = expression.length;
    }
    batches.at(-1)?.push(expression);
  }
  return batches.flatMap((batch) => {
    const line = `jsonencode([${batch.map((each) => `try(jsonencode([${each}]), "refused")`).join(', ')}])`;
    const answer = askPacker(line);
    if (answer.isError) throw new Error(`packer can't read one of these:\n${answer.text}`);
    return JSON.parse(answer.text) as readonly string[];
  });
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, CHECKPOINT_DISABLE: '1', PACKER_LOG: '' };
}
