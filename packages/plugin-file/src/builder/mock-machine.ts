import type { Machine } from '@bake/plugin-sdk';

/** A machine that is none: every command succeeds and every transfer does nothing, as in Packer. */
export const mockMachine: Machine = {
  facts: { Host: '', Port: 0, User: '', Password: '', ConnType: 'none' },
  communicator: {
    run: async () => ({ exitCode: 0, disconnected: false }),
    upload: async ({ data }) => {
      if (typeof data === 'object' && 'destroy' in data) {
        data.destroy();
      }
    },
    uploadDir: async () => undefined,
    download: async (_path, sink) => {
      await new Promise<void>((resolve) => sink.end(resolve));
    },
    downloadDir: async () => undefined,
    close: async () => undefined,
  },
};
