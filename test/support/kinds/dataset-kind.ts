import { defineKind } from '../../../shared/kind.ts';
import { registerKind } from '../../../shared/kinds/index.ts';
import { toy } from './toy-kind.ts';

/** The toy kind as a versioned one: an item that expands publishes its children's outputs as they are, without another copy. */
const dataset = defineKind({
  ...toy,
  name: 'dataset',
  isVersioned: true,
  accepts: (name) => name.endsWith('.dataset'),
  work: async () => {
    const { process } = await toy.work();
    return {
      process,
      async join(item, { results }) {
        if (item.data.does === 'fail-join') throw new Error(`asked to throw by ${item.id}`);
        const children = await Array.fromAsync(results);
        return { type: 'done', outputs: children.flatMap(({ outputs }) => outputs) };
      },
    };
  },
});

registerKind(dataset as never);
