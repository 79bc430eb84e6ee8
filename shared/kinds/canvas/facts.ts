import type { Detail } from '../../kind.ts';
import { extensionOf } from './formats.ts';
import type { CanvasData, Listing } from './schema.ts';

export const MANIFEST = 'imsmanifest.xml';

/** What is written with an item's result whatever becomes of it: the course's words about the file, its extension, size and checksum. */
export function factsOf(data: CanvasData): Detail {
  switch (data.type) {
    case 'member': {
      const { member, listing } = data;
      const facts = { ...listingFacts(listing), extension: extensionOf(member.name) };
      return isRewritten(member.name) ? facts : { ...facts, bytes: member.bytes, crc32: hex(member.crc32) };
    }
    case 'absent':
      return { ...listingFacts(data.listing), extension: extensionOf(data.path) };
    case 'course':
      return { kind: 'course' };
    case 'pages':
      return {};
    default:
      return data satisfies never;
  }
}

function listingFacts({ excluded: _, ...told }: Listing): Detail {
  return told;
}

/**
 * Canvas rewrites its own settings at every export, whether anything changed or not. Nothing of them but what they say about the files is
 * written anywhere, so that an export of an unchanged course is one.
 */
export function isRewritten(name: string): boolean {
  return name === MANIFEST || /^course_settings\/(?!syllabus\.html$)/.test(name);
}

export function hex(crc32: number): string {
  return crc32.toString(16).padStart(8, '0');
}
