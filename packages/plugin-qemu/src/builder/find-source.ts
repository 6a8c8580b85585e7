import { defineStep, Failure, messageOf, type RunContext } from '@bake/plugin-sdk';
import { proxyFor, sendRequest } from '@bake/plugin-sdk/http';
import { download, isoDownload, isoUrlsOf } from '@bake/plugin-sdk/vm';
import { isRemote } from '../disk/is-remote.ts';
import type { QemuConfig } from './component.ts';

/** Gets the ISO or disk image. Gives its path, or with `iso_skip_cache` the URL that QEMU is to read. */
export const findSource = defineStep<QemuConfig, string>({
  name: 'find-source',
  async run(config, context) {
    if (!config.iso_skip_cache) return (await download.run(isoDownload(config), context)).path;
    const reasons: string[] = [];
    for (const url of isoUrlsOf(config)) {
      const reason = isRemote(url) ? await whyNotThere(url, context) : undefined;
      if (reason === undefined) return url.replace(/^file:(\/\/)?/, '');
      reasons.push(`${url}: ${reason}`);
    }
    throw new Failure({
      summary: 'No server has the ISO',
      detail: `${reasons.join('\n')}\nCheck the URLs, and the network of this computer.`,
    });
  },
});

async function whyNotThere(
  text: string,
  { signal }: Pick<RunContext, 'signal'>,
): Promise<string | undefined> {
  const proxy = (to: URL): URL | undefined => proxyFor(to, process.env);
  try {
    const request = { url: new URL(text), method: 'HEAD', signal, proxy };
    const { status } = await sendRequest(request);
    return status === 200 ? undefined : `status ${status}`;
  } catch (error) {
    signal.throwIfAborted();
    return messageOf(error);
  }
}
