import { findPulp } from '../../support/galaxy/pulp/install.ts';
import { startPulp } from '../../support/galaxy/pulp/server.ts';
import { PulpMirror } from '../../support/galaxy/pulp/sync.ts';
import type { Tool } from './upstream-tool.ts';

/**
 * A real Pulp syncs the same collections from the same server, twice; prints what it takes.
 * @throws Error where Pulp can't be had: the table needs its peer
 */
export async function benchPulp(tool: Tool, requirements: string): Promise<void> {
  const programs = await findPulp(true);
  if ('missing' in programs) throw new Error(`Pulp, the peer of this bench: ${programs.missing}`);
  await using pulp = await startPulp(programs);
  const mirror = await PulpMirror.open(pulp, 'bench', tool.server, requirements);
  for (const run of ['first', 'second']) {
    await tool.stats();
    const { state, error, contents, seconds, worker, database } = await mirror.sync();
    if (state !== 'completed') throw new Error(`Pulp's ${run} sync: ${state}, ${JSON.stringify(error)}`);
    const { requests } = await tool.stats();
    console.log(
      `Pulp, ${run} sync: ${contents['ansible.collection_version']} versions in ${seconds.toFixed(1)} s; worker ${worker.peakRssMb} MB, ` +
        `${worker.cpuSeconds} CPU-s (database ${database.cpuSeconds}); ${requests} requests`,
    );
  }
}
