import type { XmlRecord } from '../../../xml/records.ts';
import { type Clock, isDateLocked } from './date-lock.ts';

/** What files_meta.xml says about a file: its title, and why students can't see it. */
interface FileMeta {
  readonly title: string | undefined;
  readonly hiddenBy: string | undefined;
}

export interface FilesMeta {
  /** By resource identifier. */
  readonly files: ReadonlyMap<string, FileMeta>;
  /** Paths below web_resources of folders that are hidden or locked, with the reason. */
  readonly folders: ReadonlyMap<string, string>;
}

const VISIBLE = new Set(['course', 'inherit', 'institution', 'public']);

/** From the records `file` and `folder` of files_meta.xml. */
export function toFilesMeta(records: readonly XmlRecord[], clock: Clock): FilesMeta {
  const files = new Map<string, FileMeta>();
  const folders = new Map<string, string>();
  for (const { name, attributes, fields } of records) {
    if (name === 'folder') {
      const reason = folderReason(fields);
      if (reason !== undefined) folders.set(trimmedPath(attributes.get('path') ?? ''), reason);
    } else
      files.set(attributes.get('identifier') ?? '', {
        title: fields.get('display_name') || undefined,
        hiddenBy: fileReason(fields, clock),
      });
  }
  return { files, folders };
}

/** The hidden or locked folder above a path below web_resources, if there is one. */
export function hiddenFolder(folders: ReadonlyMap<string, string>, path: string): string | undefined {
  const parts = trimmedPath(path).split('/');
  for (let length = parts.length - 1; length > 0; length--) {
    const folder = parts.slice(0, length).join('/');
    const reason = folders.get(folder);
    if (reason !== undefined) return `folder "${folder}" is ${reason}`;
  }
  return undefined;
}

function folderReason(fields: ReadonlyMap<string, string>): string | undefined {
  if (isTrue(fields.get('hidden'))) return 'hidden';
  return isTrue(fields.get('locked')) ? 'locked' : undefined;
}

function fileReason(fields: ReadonlyMap<string, string>, clock: Clock): string | undefined {
  if (isTrue(fields.get('hidden'))) return 'hidden';
  if (isTrue(fields.get('locked'))) return 'locked';
  if (isDateLocked({ unlockAt: fields.get('unlock_at'), lockAt: fields.get('lock_at') }, clock))
    return 'locked by date';
  const visibility = fields.get('visibility') || 'inherit';
  return VISIBLE.has(visibility) ? undefined : `visible to "${visibility}" only`;
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true';
}

function trimmedPath(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
