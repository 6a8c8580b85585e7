/** How many at once: builds that wait for something else most of the time, on a computer with few processors. */
const width = 4;

/** Runs scenarios side by side. Rejects when all are done, with what each of those that failed has to say. */
export async function sideBySide<T>(
  cases: readonly T[],
  run: (scenario: T) => Promise<void>,
): Promise<void> {
  const left = [...cases];
  const complaints: string[] = [];
  const worker = async (): Promise<void> => {
    for (let scenario = left.shift(); scenario !== undefined; scenario = left.shift()) {
      await run(scenario).catch((error: unknown) =>
        complaints.push(
          `${JSON.stringify(scenario)}: ${error instanceof Error ? error.stack : error}`,
        ),
      );
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  if (complaints.length > 0) throw new Error(complaints.join('\n\n'));
}
