import { listOf, stringType } from '../value/type.ts';
import { listValue, stringValue, type Value } from '../value/value.ts';
import { countAt, integerAt, textAt, wholeAt } from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { formatAddress, formatPrefix, type Prefix, parsePrefix, sizeOf } from './ip-address.ts';
import { numberParameter, stringParameter } from './parameter.ts';

/** Functions that reckon with IP addresses. */
export const networkFunctions: readonly HclFunction[] = [
  defineFunction({
    name: 'cidrhost',
    doc: 'Gives the address of a host by its number (from the end when negative) in a block such as 10.0.0.0/8.',
    parameters: [stringParameter('prefix'), numberParameter('host')],
    result: stringType,
    call: host,
  }),
  defineFunction({
    name: 'cidrnetmask',
    doc: 'Gives the mask of a block such as 10.0.0.0/8: 255.0.0.0.',
    parameters: [stringParameter('prefix')],
    result: stringType,
    call: netmask,
  }),
  defineFunction({
    name: 'cidrsubnet',
    doc: 'Gives the part with a number out of a block that is cut into equal parts by more prefix bits.',
    parameters: [stringParameter('prefix'), numberParameter('newbits'), numberParameter('number')],
    result: stringType,
    call: subnet,
  }),
  defineFunction({
    name: 'cidrsubnets',
    doc: 'Gives parts of a block one after the other, each as many prefix bits longer as asked for.',
    parameters: [stringParameter('prefix')],
    variadic: numberParameter('newbits'),
    result: listOf(stringType),
    call: subnets,
  }),
];

function host(args: readonly Value[]): Value {
  const prefix = prefixAt(args);
  const number = wholeAt(args, 1);
  const size = sizeOf(prefix);
  const index = number < 0n ? size + number : number;
  if (index < 0n || index >= size) {
    const message = `${formatPrefix(prefix)} has ${size} addresses, so there is no host ${number}.`;
    throw new FunctionFailure(message, 1);
  }
  const { bits, value } = prefix.network;
  return stringValue(formatAddress({ bits, value: value + index }));
}

function netmask(args: readonly Value[]): Value {
  const prefix = prefixAt(args);
  const { bits } = prefix.network;
  const value = (1n << BigInt(bits)) - sizeOf(prefix);
  return stringValue(formatAddress({ bits, value }));
}

function subnet(args: readonly Value[]): Value {
  const prefix = prefixAt(args);
  const length = prefix.length + newBitsAt(args, 1, prefix, 0);
  const number = integerAt(args, 2);
  const count = 1n << BigInt(length - prefix.length);
  if (number < 0n || number >= count) {
    throw new FunctionFailure(
      `There are ${count} parts of that size, numbered from 0; not ${number}.`,
      2,
    );
  }
  return stringValue(formatPrefix(partAt(prefix, length, number)));
}

function subnets(args: readonly Value[]): Value {
  const prefix = prefixAt(args);
  const end = prefix.network.value + sizeOf(prefix);
  let next = prefix.network.value;
  const parts = args.slice(1).map((_, index) => {
    const length = prefix.length + newBitsAt(args, index + 1, prefix, 1);
    const size = sizeOf({ ...prefix, length });
    // A part starts at a multiple of its size.
    const start = ((next + size - 1n) / size) * size;
    next = start + size;
    if (next > end) {
      const place = `Not enough of ${formatPrefix(prefix)} is left for a part with prefix /${length}`;
      throw new FunctionFailure(`${place}.`, index + 1);
    }
    return formatPrefix({ network: { ...prefix.network, value: start }, length });
  });
  return listValue(stringType, parts.map(stringValue));
}

function partAt({ network }: Prefix, length: number, number: bigint): Prefix {
  const shift = BigInt(network.bits - length);
  return { network: { ...network, value: network.value + (number << shift) }, length };
}

function prefixAt(args: readonly Value[]): Prefix {
  const text = textAt(args, 0);
  const prefix = parsePrefix(text);
  if (prefix !== undefined) return prefix;
  const advice = 'Write an address and the number of prefix bits, such as "10.0.0.0/8"';
  throw new FunctionFailure(`"${text}" is no block of addresses. ${advice}.`, 0);
}

function newBitsAt(args: readonly Value[], index: number, prefix: Prefix, least: number): number {
  const bits = countAt(args, index);
  if (bits < least || bits > 32) {
    const message = `The prefix can be made longer by ${least} to 32 bits, not by ${bits}.`;
    throw new FunctionFailure(message, index);
  }
  const { network, length } = prefix;
  if (length + bits <= network.bits) return bits;
  const message = `/${length} and ${bits} more bits make /${length + bits}, beyond the ${network.bits} bits of an address.`;
  throw new FunctionFailure(message, index);
}
