/** An IPv4 or IPv6 address as a number of 32 or 128 bits. */
export interface IpAddress {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** A block of addresses: the first one and how many leading bits all share. */
export interface Prefix {
  readonly network: IpAddress;
  readonly length: number;
}

/**
 * Reads `10.0.0.0/8` or `fe80::/64` as Go's ParseCIDR does: no leading zeros in IPv4, no zone; bits
 * beyond the prefix are cleared. `undefined` for anything else.
 */
export function parsePrefix(text: string): Prefix | undefined {
  const match = /^([^/]+)\/(\d+)$/.exec(text);
  const address = match === null ? undefined : parseAddress(match[1] ?? '');
  const length = Number(match?.[2]);
  if (address === undefined || length > address.bits) return undefined;
  const host = BigInt(address.bits - length);
  return { network: { bits: address.bits, value: (address.value >> host) << host }, length };
}

/** The address as Go writes it: IPv6 with the longest run of zeros left out, IPv4 in IPv6 as IPv4. */
export function formatAddress({ bits, value }: IpAddress): string {
  if (bits === 32 || isMapped({ bits, value })) {
    return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  ).join(':');
  const runs = groups.match(/\b0(?::0)+\b/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return groups;
  const [before = '', after = ''] = splitOnce(groups, longest);
  return `${before.replace(/:$/, '')}::${after.replace(/^:/, '')}`;
}

/** The block as Go writes it. */
export function formatPrefix({ network, length }: Prefix): string {
  const shown = isMapped(network) ? Math.max(0, length - 96) : length;
  return `${formatAddress(network)}/${shown}`;
}

/** How many addresses there are in the block. */
export function sizeOf({ network, length }: Prefix): bigint {
  return 1n << BigInt(network.bits - length);
}

function parseAddress(text: string): IpAddress | undefined {
  const isV6 = text.includes(':');
  const value = isV6 ? parseV6(text) : parseV4(text);
  return value === undefined ? undefined : { bits: isV6 ? 128 : 32, value };
}

function parseV4(text: string): bigint | undefined {
  const octets = text.split('.');
  const isValid = (octet: string): boolean =>
    /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256;
  if (octets.length !== 4 || !octets.every(isValid)) return undefined;
  return octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::').map(parseGroups);
  const [head, tail] = halves;
  if (head === undefined || halves.length > 2) return undefined;
  if (halves.length === 1) return head.length === 8 ? joined(head) : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  const gap = Array.from({ length: 8 - head.length - tail.length }, () => 0n);
  return joined([...head, ...gap, ...tail]);
}

/** Groups between colons; the last may be an IPv4 address, which makes two. */
function parseGroups(
  text: string,
  half: number,
  halves: readonly string[],
): readonly bigint[] | undefined {
  if (text === '') return halves.length > 1 ? [] : undefined;
  const parts = text.split(':');
  const isLast = half === halves.length - 1;
  const groups: bigint[] = [];
  for (const [index, part] of parts.entries()) {
    const v4 = isLast && index === parts.length - 1 ? parseV4(part) : undefined;
    if (v4 !== undefined) groups.push(v4 >> 16n, v4 & 0xffffn);
    else if (/^[\da-f]{1,4}$/i.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}

function joined(groups: readonly bigint[]): bigint {
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}

function isMapped({ bits, value }: IpAddress): boolean {
  return bits === 128 && value >> 32n === 0xffffn;
}

function splitOnce(text: string, part: string): readonly string[] {
  // A run must not be cut out of the middle of another group: it starts at the text's start or after a colon.
  const start = `:${text}`.indexOf(`:${part}`);
  return [text.slice(0, start), text.slice(start + part.length)];
}
