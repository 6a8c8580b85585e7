import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';

/** A package as `npm pack` wrote it. */
export interface Packed {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  /** More of its package.json: what it needs. */
  readonly manifest?: object;
}

/** A registry for packages, as npm asks one. */
export interface NpmRegistry {
  readonly url: string;
  /** Paths that were asked for. */
  readonly requests: readonly string[];
  close(): void;
}

/**
 * Serves packages by npm's registry protocol: a document for each package, and the files that it names. `others` packs those
 * that are asked for by name and are not among the packages.
 */
export async function startRegistry(
  packages: () => readonly Packed[],
  others: (name: string) => readonly Packed[] = () => [],
): Promise<NpmRegistry> {
  const requests: string[] = [];
  const found = new Map<string, readonly Packed[]>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    requests.push(path);
    const known = [...packages(), ...[...found.values()].flat()];
    const file = known.find((one) => `files/${basename(one.path)}` === path);
    const own = known.filter((one) => one.name === path);
    const versions = own.length > 0 || file !== undefined ? own : others(path);
    if (own.length === 0 && versions.length > 0) found.set(path, versions);
    if (file !== undefined) response.end(readFileSync(file.path));
    else if (versions.length === 0) response.writeHead(404).end('{"error":"not found"}');
    else response.end(JSON.stringify(packageDocument(versions, url())));
  });
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: url(), requests, close };
}

function packageDocument(versions: readonly Packed[], url: string): object {
  const documents = versions.map(({ name, version, path, manifest }) => {
    const integrity = `sha512-${createHash('sha512').update(readFileSync(path)).digest('base64')}`;
    return [
      version,
      { ...manifest, name, version, dist: { integrity, tarball: `${url}files/${basename(path)}` } },
    ];
  });
  const newest = versions.at(-1)?.version;
  return {
    name: versions[0]?.name,
    'dist-tags': { latest: newest },
    versions: Object.fromEntries(documents),
  };
}
