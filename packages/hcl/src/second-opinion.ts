import type { Diagnostic } from './diagnostic.ts';
import type { Source } from './source.ts';

/**
 * What HashiCorp's own grammar says about a text: whether it takes it. Asked when ours rejects one, since
 * a text that only we reject is a mistake of ours. `undefined` when the judge cannot be asked.
 *
 * It takes a quarter of a second the first time, and its WebAssembly instance keeps the process alive
 * until `process.exit`.
 */
export async function secondOpinion(source: Source): Promise<'accepts' | 'rejects' | undefined> {
  const judge = await import('@cdktf/hcl2json').catch(() => undefined);
  if (judge === undefined) return undefined;
  try {
    await judge.parse(source.name, source.text);
    return 'accepts';
  } catch (error) {
    return isParseError(error) ? 'rejects' : undefined;
  }
}

const limits: ReadonlySet<string> = new Set(['nested-too-deeply', 'chain-too-long']);

/** True when these reject a text for what it says, and not only because it goes beyond a limit that is ours alone. */
export function isDisputable(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity, code }) => severity === 'error' && !limits.has(code));
}

/** The judge also fails on valid text when it cannot turn it into JSON; that says nothing about the grammar. */
function isParseError(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('parse config');
}
