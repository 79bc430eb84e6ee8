import { defineKind, type Item } from '../../kind.ts';
import {
  ARTIFACTS,
  type GalaxyData,
  type GalaxyOptions,
  galaxyData,
  galaxyOptions,
  toVersionRecord,
} from './schema.ts';

const MIB = 1024 * 1024;

/** Ansible collections named in a requirements.yml, mirrored from a Galaxy server to a static one. */
export const galaxy = defineKind<GalaxyOptions, GalaxyData>({
  name: 'galaxy',
  version: 1,
  title: 'Ansible requirements.yml to a static Galaxy',
  options: galaxyOptions,
  data: galaxyData,
  limits: {
    // everything is streamed, so one size does for tarballs of any size
    memoryMb: [256],
    timeoutSeconds: 300,
    // a tarball of 100 MiB at 1 MB/s, with a retry's pauses
    itemSeconds: 150,
    concurrency: 8,
    scratchMb: 512,
    cluster: { items: 20, bytes: 32 * MIB, seconds: 60 },
  },
  isLive: true,
  secretOptions: ['token', 'keyring'],
  resultOptions: ({ signedOnly, keyring, docs }) => ({ signedOnly, keyring, docs }),
  facts: ({ data }) => (data.type === 'version' ? toVersionRecord(data) : data),
  isImmutable: (path) => path.startsWith(ARTIFACTS),
  accepts: (name, head) => /\.ya?ml$/i.test(name) && (/requirements/i.test(name) || hasCollections(head)),
  estimate,
  split: async () => (await import('./split.ts')).split,
  work: async () => {
    const [{ processItem }, { finish }] = await Promise.all([import('./process.ts'), import('./finish.ts')]);
    return { process: processItem, finish };
  },
});

const hasCollections = (head: Uint8Array): boolean =>
  /^collections\s*:/m.test(new TextDecoder().decode(head));

/** Node with the HTTP client, an inflating stream and an upload's parts. */
const BASELINE_MB = 160;

function estimate({ data, bytes }: Item<GalaxyData>): { memoryMb: number; seconds: number } {
  if (data.type !== 'version') return { memoryMb: BASELINE_MB, seconds: 0.01 };
  return { memoryMb: BASELINE_MB, seconds: 1 + (bytes / MIB) * 0.5 };
}
