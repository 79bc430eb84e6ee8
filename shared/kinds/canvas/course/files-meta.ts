import type { XmlRecord } from '../../../xml/records.ts';
import { isDateLocked } from './date-lock.ts';

/** What files_meta.xml says about a file or folder: why students can't open it, and why they don't see it listed. */
export interface Hidden {
  readonly closedBy?: string | undefined;
  readonly hiddenBy?: string | undefined;
}

interface FileMeta extends Hidden {
  readonly title: string | undefined;
}

export interface FilesMeta {
  /** By resource identifier. */
  readonly files: ReadonlyMap<string, FileMeta>;
  /** Paths below web_resources of folders that are hidden or locked. */
  readonly folders: ReadonlyMap<string, Hidden>;
}

const VISIBLE = new Set(['course', 'inherit', 'institution', 'public']);

/** From the records `file` and `folder` of files_meta.xml (canvas-lms lib/cc/web_resources.rb). */
export function toFilesMeta(records: readonly XmlRecord[], now: Date): FilesMeta {
  const files = new Map<string, FileMeta>();
  const folders = new Map<string, Hidden>();
  for (const { name, attributes, fields } of records) {
    const hidden = { closedBy: closedReason(fields, now), hiddenBy: hiddenReason(fields) };
    if (name === 'folder') folders.set(trimmedPath(attributes.get('path') ?? ''), hidden);
    else
      files.set(attributes.get('identifier') ?? '', {
        title: fields.get('display_name') || undefined,
        ...hidden,
      });
  }
  return { files, folders };
}

/** What the folders above a path below web_resources hide. */
export function hiddenFolder(folders: ReadonlyMap<string, Hidden>, path: string): Hidden {
  const parts = trimmedPath(path).split('/');
  let hiddenBy: string | undefined;
  for (let length = parts.length - 1; length > 0; length--) {
    const folder = parts.slice(0, length).join('/');
    const found = folders.get(folder);
    if (found?.closedBy !== undefined) return { closedBy: `folder "${folder}" is ${found.closedBy}` };
    if (found?.hiddenBy !== undefined) hiddenBy ??= `folder "${folder}" is ${found.hiddenBy}`;
  }
  return { hiddenBy };
}

function closedReason(fields: ReadonlyMap<string, string>, now: Date): string | undefined {
  if (isTrue(fields.get('locked'))) return 'locked';
  const range = { unlockAt: fields.get('unlock_at'), lockAt: fields.get('lock_at') };
  return isDateLocked(range, now) ? 'locked by date' : undefined;
}

function hiddenReason(fields: ReadonlyMap<string, string>): string | undefined {
  if (isTrue(fields.get('hidden'))) return 'hidden';
  const visibility = fields.get('visibility') || 'inherit';
  return VISIBLE.has(visibility) ? undefined : `visible to "${visibility}" only`;
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true';
}

function trimmedPath(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
