import { allOf, anyOf, isAbsent, isLess } from '../aws/condition.ts';
import type { SourceRef } from '../aws/object-ref.ts';
import { TABLE_KEY, updateRow } from '../aws/table.ts';
import { SmallbatchError } from '../errors.ts';
import type { Kind } from '../kind.ts';
import { rootGroup } from '../run/keys.ts';
import { credentialOption, OPTIONS_METADATA, parseOptionsHeader, type StartMessage } from '../run/message.ts';
import { getPublished } from '../run/published.ts';
import {
  deadlineFromNow,
  failRun,
  findRun,
  getRun,
  hasEnded,
  parseRun,
  type Run,
  runKey,
} from '../run/run.ts';
import { isRepeated, parseSourceKey, toOrder, toRunId } from '../run/run-id.ts';
import { sendFinish } from '../run/send.ts';
import { type OpenedSource, openSource, toSourceStart } from '../run/source.ts';
import { takeName } from '../run/source-name.ts';

/** What an earlier pass over the same source left in the record. */
const OF_ONE_PASS = [
  'endedAt',
  'emittedAt',
  'failure',
  'manifest',
  'memory',
  'items',
  'omitted',
  'clusters',
  'groups',
  'progress',
  'trouble',
  'base',
] as const satisfies readonly (keyof Run)[];

/**
 * Opens the run of a start message, or finds the one that is open or ended already. Options are stored as they came;
 * split checks them, so that a wrong one ends the run with its message. Options that can't even be read end it here.
 * Undefined for a companion that came before its source (the source's own upload will start the run), for an empty object and for
 * the marker of a folder.
 * @throws SmallbatchError SOURCE_MISSING, SOURCE_UNKNOWN_KIND
 */
export async function openRun(message: StartMessage): Promise<Run | undefined> {
  const start = toSourceStart(message);
  const { kind, name } = parseSourceKey(start.key);
  const opened = await openWhatIsThere(kind, start, start !== message);
  if (!opened) return undefined;
  const { ref: source, metadata } = opened;
  const { options, failure: wrong } = readOptions(start, metadata[OPTIONS_METADATA]);
  const run = toRunId(kind, source, options, start.at);
  const ownOrder = toOrder({
    source: isRepeated(kind) ? latest(opened.lastModified, start.at) : opened.lastModified,
    companion: opened.companionModified,
    sequencer: start.sequencer,
    isByCompanion: start !== message,
  });
  const known = start.sequencer === undefined ? await orderOfPublished(kind.name, name, source) : '';
  const order = ownOrder > known ? ownOrder : known;
  const row = await updateRow(runKey(run), {
    set: {
      run,
      generation: start.generation,
      state: 'planning' satisfies Run['state'],
      kind: kind.name,
      name,
      source,
      options,
      startedAt: new Date().toISOString(),
      deadline: deadlineFromNow(),
      open: 'run',
    },
    setOnce: { order },
    remove: [...OF_ONE_PASS],
    condition: anyOf(isAbsent(TABLE_KEY), allOf(isLess('generation', start.generation), isAbsent('open'))),
  });
  const record = row ? parseRun(row) : await getRun(run);
  if (record.generation < start.generation && hasEnded(record)) await tellFirst(record);
  const failure = wrong ?? (row && (await tryToTakeName(kind, name, start.key)));
  return failure ? await failRun(record, failure) : record;
}

/**
 * A schedule's or a command's start knows no sequencer, and of one second is older than an upload. But what it asks for may be the
 * version that readers see, once more by another kind version or other options: it is as new as that. '' when it is another.
 */
async function orderOfPublished(kind: string, name: string, source: SourceRef): Promise<string> {
  const published = await getPublished({ kind, name });
  const seen = published && (await findRun(published.run))?.source;
  const isSame =
    seen !== undefined &&
    seen.versionId === source.versionId &&
    seen.key === source.key &&
    seen.companion?.versionId === source.companion?.versionId;
  return published && isSame ? published.order : '';
}

/** @throws SmallbatchError SOURCE_MISSING, but not for a start by a companion */
async function openWhatIsThere(
  kind: Kind,
  start: StartMessage,
  isByCompanion: boolean,
): Promise<OpenedSource | undefined> {
  const opened = await openSource(kind, start);
  if (!opened && !isByCompanion) throw missing(start);
  return opened && isNoSource(opened.ref) ? undefined : opened;
}

/** The marker of a folder, or what some tools put before the file itself. */
const isNoSource = ({ key, size }: Run['source']): boolean => key.endsWith('/') || size === 0;

async function tryToTakeName(kind: Kind, name: string, key: string): Promise<SmallbatchError | undefined> {
  try {
    await takeName(kind, name, key);
    return undefined;
  } catch (error) {
    if (error instanceof SmallbatchError) return error;
    throw error;
  }
}

/** The pass before has ended, but its event is not out; this start comes again when it is. */
async function tellFirst(record: Run): Promise<never> {
  await sendFinish(record.run, record.generation, rootGroup(record.run, record.generation));
  throw new Error(`expected the end of ${record.run}#${record.generation} to be told, found it untold`);
}

function missing({ bucket, key, versionId }: StartMessage): SmallbatchError {
  const version = versionId ? ` version ${versionId}` : '';
  return new SmallbatchError('SOURCE_MISSING', `expected the object ${bucket}/${key}${version}, found none`);
}

/** A scheduled run is as new as its schedule's time, not as its source. */
function latest(lastModified: Date, at: string | undefined): Date {
  return at !== undefined && new Date(at) > lastModified ? new Date(at) : lastModified;
}

function readOptions(
  start: StartMessage,
  header: string | undefined,
): { readonly options: Run['options']; readonly failure?: SmallbatchError } {
  try {
    const options = start.options ?? parseOptionsHeader(header);
    const open = credentialOption(options);
    if (open === undefined) return { options };
    const message = `option ${open}: expected a URL without credentials: options lie open beside the source`;
    return { options: {}, failure: new SmallbatchError('OPTIONS_INVALID', message) };
  } catch (failure) {
    if (failure instanceof SmallbatchError) return { options: {}, failure };
    throw failure;
  }
}
