import type { Complain } from '../component.ts';

/** What a component's `check` complains of, each as `option: summary`, or `-: summary` for the block as a whole. */
export async function complaintsOf(
  check: (complain: Complain) => void | Promise<void> | undefined,
): Promise<string[]> {
  const complaints: string[] = [];
  await check((option, { summary }) => complaints.push(`${option ?? '-'}: ${summary}`));
  return complaints;
}
