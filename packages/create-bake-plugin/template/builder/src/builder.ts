import { type ConfigSchema, communicatorOptions, defineBuilder, string } from '@bake/plugin-sdk';

const config = {
  ...communicatorOptions,
  host: string("The machine's address.", { required: true, example: '"192.0.2.7"' }),
  record: string('The file that is written; `SOURCE.json` by default.'),
} satisfies ConfigSchema;

export default defineBuilder({
  name: '%NAME%',
  doc: 'Provisions a machine that is there, and writes down what was made of it.',
  config,
  communicates: true,
  provides: ['Record'],
  async build({ host, record, ...options }, context) {
    const path = record || `${context.build.sourceName}.json`;
    const machine = await context.connect(options, { host });
    await context.provision(machine, { ID: host, Record: path });
    // What takes time to load comes in when it is needed.
    const { writeRecord } = await import('./write-record.js');
    return context.step(writeRecord, { host, path });
  },
});
