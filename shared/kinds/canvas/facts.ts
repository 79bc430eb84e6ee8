import type { Detail } from '../../kind.ts';
import { extensionOf } from './formats.ts';
import type { CanvasData, ItemLinks, Listing } from './schema.ts';

export const MANIFEST = 'imsmanifest.xml';

/**
 * What is written with an item's result whatever becomes of it: the course's words about the file, its extension, size and checksum, and the links
 * in it that lead nowhere. Of a module and of the course itself: all that is known, for the lists that are made of them at the end.
 */
export function factsOf(data: CanvasData): Detail {
  switch (data.type) {
    case 'member': {
      const { member, listing, links } = data;
      const told = { ...listingFacts(listing), extension: extensionOf(member.name), ...linkFacts(links) };
      return isRewritten(member.name) ? told : { ...told, bytes: member.bytes, crc32: hex(member.crc32) };
    }
    case 'link':
      return { ...listingFacts(data.listing), extension: '' };
    case 'absent':
      return { ...listingFacts(data.listing), extension: extensionOf(data.path) };
    case 'module':
      return { kind: 'module', module: data.module };
    case 'course':
      return { kind: 'course', course: data.course };
    case 'pages':
      return {};
    default:
      return data satisfies never;
  }
}

function linkFacts(links: ItemLinks | undefined): Detail {
  if (links === undefined) return {};
  const { targets, dead, deadCount } = links;
  return { links: Object.keys(targets).length, ...(deadCount > 0 && { deadLinks: deadCount, dead }) };
}

function listingFacts({ excluded: _, output: __, ...told }: Listing): Detail {
  return told;
}

/**
 * Canvas rewrites its own settings at every export, whether anything changed or not. Nothing of them but what they say about the files is
 * written anywhere, so that an export of an unchanged course is one.
 */
export function isRewritten(name: string): boolean {
  return name === MANIFEST || /(?:^|\/)course_settings\/(?!syllabus\.html$|events\.xml$)/.test(name);
}

export function hex(crc32: number): string {
  return crc32.toString(16).padStart(8, '0');
}
