/** Arguments by flag; a flag without values stands alone. */
export type Flags = ReadonlyMap<string, readonly string[]>;

/**
 * Lays the rows of `qemuargs` over the arguments that the options give, as Packer does: all values of a flag that a row names
 * are replaced by those of the rows; the words after the flag are put together without a space; what is empty is left out.
 * The network device is added to `-device` when no row has it.
 */
export function mergeArguments(
  defaults: Flags,
  rows: readonly (readonly string[])[],
  netDevice: string,
): Flags {
  const given = new Map<string, string[]>();
  for (const [flag = '', ...words] of rows) {
    if (flag === '') continue;
    const values = given.get(flag) ?? [];
    const value = words.join('');
    given.set(flag, value === '' ? values : [...values, value]);
  }
  const devices = given.get('-device');
  if (devices !== undefined && !devices.join('').includes(netDevice)) {
    devices.push(`${netDevice},netdev=user.0`);
  }
  return new Map([...defaults, ...given]);
}

/** All in a row, as the program gets them. */
export function flatten(flags: Flags): readonly string[] {
  return [...flags].flatMap(([flag, values]) =>
    values.length === 0 ? [flag] : values.flatMap((value) => [flag, value]),
  );
}
