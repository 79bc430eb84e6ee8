import { createHash } from 'node:crypto';
import type { SourceRef } from '../aws/object-ref.ts';
import { SmallbatchError } from '../errors.ts';
import type { Kind } from '../kind.ts';
import { kindNamed } from '../kinds/index.ts';

/**
 * The run's name in the ledger: the same source version (and companion), kind version and options are the same run, so an
 * upload event that comes twice opens one. `at` tells scheduled starts from each other, where each is a run of its own.
 */
export function toRunId(
  kind: Kind,
  source: SourceRef,
  options: Readonly<Record<string, unknown>>,
  at?: string,
): string {
  const { companion } = source;
  const facts = [
    kind.version,
    source.bucket,
    source.key,
    source.versionId ?? '',
    source.size,
    optionsJson(options),
    ...(companion ? [companion.key, companion.versionId ?? '', companion.size] : []),
    ...(isRepeated(kind) && at !== undefined ? [at] : []),
  ];
  return `${kind.name}-${createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16)}`;
}

/** Is a scheduled start a run of its own, also of an unchanged source? */
export const isRepeated = ({ isLive, isDated }: Kind): boolean => isLive === true || isDated === true;

/** Options in one form whatever their order. */
export const optionsJson = (options: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The options that results depend on, in one form: what was processed under the same ones may be carried over. */
export function resultOptionsJson(kind: Kind, options: Readonly<Record<string, unknown>>): string {
  return kind.resultOptions
    ? JSON.stringify(kind.resultOptions(kind.options.parse(options)))
    : optionsJson(options);
}

/** What leads elsewhere when keys become paths. */
const NO_NAMES: ReadonlySet<string> = new Set(['', '.', '..']);

/**
 * `<kind>/<name…>/<file>`; a file straight below its kind is its own name, without the ending.
 * @throws SmallbatchError SOURCE_UNKNOWN_KIND
 */
export function parseSourceKey(key: string): { kind: Kind; name: string } {
  const [kind = '', ...path] = key.split('/');
  const file = path.pop() ?? '';
  const name = path.length > 0 ? path.join('/') : file.replace(/\.[^.]*$/, '');
  if (name.split('/').some((segment) => NO_NAMES.has(segment)))
    throw new SmallbatchError('SOURCE_UNKNOWN_KIND', `expected a key <kind>/<name>/<file>, found "${key}"`);
  return { kind: kindNamed(kind), name };
}

/**
 * Upload events are not ordered, so the version itself must say which is newer: S3's time, then its sequencer (which it
 * defines as hexadecimal, compared after padding with zeros on the right). Of one version of the source, the newer companion
 * counts. Times are in seconds, and sequencers of two keys don't compare: within one second, a start by the companion counts
 * as the later one, for it has seen the source, too.
 */
export function toOrder({ source, companion, sequencer = '', isByCompanion = false }: OrderFacts): string {
  const beside = companion?.toISOString() ?? '';
  return `${source.toISOString()}#${beside}#${isByCompanion ? 1 : 0}#${sequencer.padEnd(32, '0')}`;
}

export interface OrderFacts {
  /** When the source came (or a schedule asked for it), and its companion. */
  readonly source: Date;
  readonly companion?: Date;
  readonly sequencer?: string;
  readonly isByCompanion?: boolean;
}
