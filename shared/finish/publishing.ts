import type { Kind } from '../kind.ts';
import { kindNamed } from '../kinds/index.ts';
import { type Group, getGroup } from '../run/group.ts';
import { publishedPrefix, rootGroup } from '../run/keys.ts';
import { BLOCK_CLUSTERS } from '../run/ledger.ts';
import { slicesOf, toManifest } from '../run/manifest.ts';
import { type Places, placesOf } from '../run/places.ts';
import type { Published, Turn } from '../run/published.ts';
import type { Run } from '../run/run.ts';
import { toSlices } from '../run/slice.ts';
import { memoryWorkspace, storedWorkspace, type Workspace } from './workspace.ts';

/** A plan part whose results are sorted: of the run itself, or of a pass that died while it published. */
export interface Part {
  readonly group: string;
  readonly first: number;
  /** The clusters `first` to `end`, without it. */
  readonly end: number;
  readonly isDead: boolean;
}

/** The facts of one pass's publication: the same in every function that has a part in it, as long as it has its turn. */
export interface Publishing {
  readonly run: Run;
  readonly kind: Kind;
  readonly root: string;
  readonly group: Group;
  readonly turn: Turn;
  readonly parts: readonly Part[];
  readonly slices: number;
  /** What all runs of the source have in common; `places` has what this run's outputs have. */
  readonly prefix: string;
  readonly places: Places;
  readonly previousPlaces: Places;
  /** The manifest that is written. */
  readonly manifest: string;
  /** Manifests of which this run may remove outputs, oldest first; the last is what readers see now. */
  readonly older: readonly string[];
  /** Does the kind write what is made of all results together? */
  readonly hasIndex: boolean;
  readonly workspace: Workspace;
}

export async function openPublishing(run: Run, turn: Turn): Promise<Publishing> {
  const root = rootGroup(run.run, run.generation);
  const group = await getGroup(root);
  const kind = kindNamed(run.kind);
  const { previous, dead } = turn;
  const older = toOlder(previous);
  const slices = Math.max(toSlices(group.items), ...older.map(slicesOf));
  const parts = [
    ...toParts(root, group.clusters ?? 0, false),
    ...dead.flatMap(({ pass, clusters }) => toParts(pass, clusters, true)),
  ];
  const prefix = publishedPrefix(kind.name, run.name);
  return {
    run,
    kind,
    root,
    group,
    turn,
    parts,
    slices,
    prefix,
    places: placesOf(kind, run.name, root),
    previousPlaces: placesOf(kind, run.name, previous ? rootGroup(previous.run, previous.generation) : root),
    manifest: toManifest(prefix, root, slices),
    older,
    hasIndex: (await kind.work()).finish !== undefined,
    workspace: parts.length <= 1 && slices === 1 ? memoryWorkspace() : storedWorkspace(root),
  };
}

const toOlder = (previous: Published | undefined): readonly string[] =>
  previous ? [...previous.unpruned, previous.manifest] : [];

function toParts(group: string, clusters: number, isDead: boolean): Part[] {
  return Array.from({ length: Math.ceil(clusters / BLOCK_CLUSTERS) }, (_, part) => {
    const first = part * BLOCK_CLUSTERS;
    return { group, first, end: Math.min(first + BLOCK_CLUSTERS, clusters), isDead };
  });
}
