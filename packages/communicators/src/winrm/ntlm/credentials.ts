/** Who logs in. */
export interface NtlmCredentials {
  /** Without the domain. */
  readonly username: string;
  /** Empty for a user of the machine itself, and for `user@domain`. */
  readonly domain: string;
  readonly password: string;
}

/** Takes `DOMAIN\user` apart; any other spelling is a user. */
export function ntlmCredentials(login: string, password: string): NtlmCredentials {
  const at = login.indexOf('\\');
  if (at < 0) return { username: login, domain: '', password };
  return { domain: login.slice(0, at), username: login.slice(at + 1), password };
}
