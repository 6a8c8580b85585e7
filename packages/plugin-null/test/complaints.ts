import type { Complain } from '@bake/plugin-sdk';

/** Collects complaints as `option: summary`. */
export async function complaintsOf(
  check: (complain: Complain) => void | Promise<void> | undefined,
): Promise<string[]> {
  const complaints: string[] = [];
  await check((option, { summary }) => complaints.push(`${option ?? '-'}: ${summary}`));
  return complaints;
}
