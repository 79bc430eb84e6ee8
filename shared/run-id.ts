import { createHash } from 'node:crypto';
import { SmallbatchError } from './errors.ts';
import type { Kind } from './kind.ts';
import { kindNamed } from './kinds/index.ts';
import type { SourceRef } from './message.ts';

/**
 * The run's name in the ledger: the same source version, kind version and options are the same run, so an upload event
 * that comes twice opens one.
 */
export function toRunId(kind: Kind, source: SourceRef, options: Readonly<Record<string, unknown>>): string {
  const facts = [
    kind.version,
    source.bucket,
    source.key,
    source.versionId ?? '',
    source.size,
    optionsJson(options),
  ];
  return `${kind.name}-${createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16)}`;
}

/** Options in one form whatever their order. */
export const optionsJson = (options: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * `<kind>/<name…>/<file>`; a file straight below its kind is its own name, without the ending.
 * @throws SmallbatchError SOURCE_UNKNOWN_KIND
 */
export function parseSourceKey(key: string): { kind: Kind; name: string } {
  const [kind = '', ...path] = key.split('/');
  const file = path.pop() ?? '';
  const name = path.length > 0 ? path.join('/') : file.replace(/\.[^.]*$/, '');
  if (name === '')
    throw new SmallbatchError('SOURCE_UNKNOWN_KIND', `expected a key <kind>/<name>/<file>, found "${key}"`);
  return { kind: kindNamed(kind), name };
}

/**
 * Upload events are not ordered, so the version itself must say which is newer: S3's time, then its sequencer (which it
 * defines as hexadecimal, compared after padding with zeros on the right).
 */
export function toOrder(lastModified: Date, sequencer = ''): string {
  return `${lastModified.toISOString()}#${sequencer.padEnd(32, '0')}`;
}
