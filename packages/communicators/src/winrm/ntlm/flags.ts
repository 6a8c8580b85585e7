/** What the two sides of NTLM agree on, by the names of MS-NLMP section 2.2.2.5. */
export const ntlmFlags = {
  unicode: 0x00000001,
  requestTarget: 0x00000004,
  sign: 0x00000010,
  seal: 0x00000020,
  ntlm: 0x00000200,
  alwaysSign: 0x00008000,
  extendedSessionSecurity: 0x00080000,
  targetInfo: 0x00800000,
  version: 0x02000000,
  strong: 0x20000000,
  keyExchange: 0x40000000,
} as const;

const { unicode, requestTarget, sign, seal, ntlm, alwaysSign } = ntlmFlags;
const { extendedSessionSecurity, targetInfo, version, strong, keyExchange } = ntlmFlags;

/** What we ask for: NTLMv2 with messages signed and sealed with 128 bits. */
export const wantedFlags: number =
  unicode |
  requestTarget |
  sign |
  seal |
  ntlm |
  alwaysSign |
  extendedSessionSecurity |
  targetInfo |
  version |
  strong |
  keyExchange;

/** Without these there is no sealing that is worth the name. */
export const neededFlags: number =
  unicode | sign | seal | extendedSessionSecurity | strong | keyExchange;
