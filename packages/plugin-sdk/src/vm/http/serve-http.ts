import { defineStep } from '../../step.ts';
import { type HttpOptions, servesHttp } from './options.ts';

/** What to serve and how the guest gets there. */
export interface HttpServing {
  readonly options: HttpOptions;
  /**
   * Where the guest finds this machine: `10.0.2.2` for QEMU's user network. By default the address that
   * the server listens on.
   */
  readonly guestHost?: string;
  /** Where to listen when the template does not say; `0.0.0.0`, as Packer does, if left out. */
  readonly bindAddress?: string;
}

/** A server that is up, as the guest, templates and scripts see it. */
export interface HttpServer {
  /** `HTTPIP` and `HTTPPort` for `boot_command`; empty and 0 when nothing is served, as in Packer. */
  readonly data: { readonly HTTPIP: string; readonly HTTPPort: number };
  /** What to give to `provision()`: `build.PackerHTTPAddr` and its like, `PACKER_HTTP_ADDR` in scripts. */
  readonly generated: Readonly<Record<string, string>>;
  /** What the guest has asked for of late, oldest first (`GET /preseed.cfg: 404`): tell it when it never comes up. */
  readonly requests: readonly string[];
}

/**
 * Serves the folder or texts of the options to the guest until the build ends. Throws a `Failure` when no
 * port is free or the folder is gone.
 */
export const serveHttp = defineStep({
  name: 'serve-http',
  async run(serving: HttpServing, context): Promise<HttpServer> {
    if (!servesHttp(serving.options)) return nothing;
    const { startHttpServer } = await import('./start-http-server.ts');
    return startHttpServer(serving, context);
  },
});

const nothing: HttpServer = { data: { HTTPIP: '', HTTPPort: 0 }, generated: {}, requests: [] };
