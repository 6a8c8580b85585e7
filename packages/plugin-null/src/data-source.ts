import { defineDataSource, string } from '@bake/plugin-sdk';

export default defineDataSource({
  name: 'null',
  doc: 'Gives back what it is given: for trying out how data flows through a template.',
  config: { input: string('What to give back.', { required: true }) },
  result: { output: string('What was given.', { required: true }) },
  check({ input }, complain) {
    if (!input) {
      complain('input', {
        summary: 'The `input` must be specified',
        detail: 'Set "input" to a text that is not empty.',
      });
    }
  },
  async read({ input }) {
    return { output: input };
  },
});
