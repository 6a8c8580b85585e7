/** Node's cryptography. Importing it at the start would cost 3 ms, which few templates have use for. */
export function crypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}
