import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, messageOf } from '../failure.ts';
import type { Environment } from './proxy.ts';
import type { HttpTls } from './request.ts';

/** Environment variables that say how a server is known and who asks. */
export interface TlsVariables {
  readonly ca: string;
  readonly caText?: string;
  readonly caFolder: string;
  readonly cert: string;
  readonly key: string;
  readonly serverName: string;
}

/** The variable's value; an empty one counts as not set. */
export function textSetting(name: string, environment: Environment): string | undefined {
  return environment[name] || undefined;
}

/** A variable that is true or false in Go's spellings; `undefined` when it is not set. Throws a `Failure`. */
export function boolSetting(name: string, environment: Environment): boolean | undefined {
  const text = textSetting(name, environment);
  if (text === undefined) return undefined;
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(?:0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw invalidSetting(name, 'It must be true or false.');
}

/** What the variables say of TLS, files read. Throws a `Failure`. */
export function tlsSettings(
  names: TlsVariables,
  verify: boolean,
  environment: Environment,
): HttpTls {
  const ca = authorities(names, environment);
  const cert = fileSetting(names.cert, environment);
  const key = fileSetting(names.key, environment);
  const serverName = textSetting(names.serverName, environment);
  if ((cert === undefined) !== (key === undefined)) {
    throw invalidSetting(names.cert, `It goes together with ${names.key}: set both.`);
  }
  return {
    rejectUnauthorized: verify,
    ...(ca && { ca: [...ca] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName.replace(/:\d+$/, '') }),
  };
}

/** The first of file, text and folder that is set. */
function authorities(names: TlsVariables, environment: Environment): readonly string[] | undefined {
  const file = fileSetting(names.ca, environment);
  if (file !== undefined) return [file];
  const text = names.caText && textSetting(names.caText, environment);
  if (text !== undefined) return [text];
  const folder = textSetting(names.caFolder, environment);
  if (folder === undefined) return undefined;
  return readable(names.caFolder, () =>
    readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')),
  );
}

/** The text of the file that a variable names. Throws a `Failure`. */
export function fileSetting(name: string, environment: Environment): string | undefined {
  const path = textSetting(name, environment);
  return path === undefined ? undefined : readable(name, () => readFileSync(path, 'utf8'));
}

function readable<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw invalidSetting(name, `It cannot be read: ${messageOf(error)}.`);
  }
}

/** An environment variable holds what it cannot. */
export function invalidSetting(name: string, advice: string): Failure {
  return new Failure({
    summary: `The environment variable ${name} cannot be used`,
    detail: advice,
  });
}
