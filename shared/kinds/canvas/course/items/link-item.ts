import { readXml } from '../../../../xml/read.ts';
import { InlineLinkReader, type WebAddress } from '../inline-link.ts';
import { isFile, type Resource } from '../manifest.ts';
import { mainFile } from './classify.ts';
import { type CourseItem, courseItem } from './course-item.ts';
import type { ItemRules } from './item-rules.ts';

/** A web link or a tool, from its own file or from the manifest. Students find both in modules. */
export async function linkItem(
  resource: Resource,
  type: WebAddress['type'],
  { reader }: ItemRules,
): Promise<CourseItem | undefined> {
  const { identifier, inline } = resource;
  const main = mainFile(resource);
  const file = main !== undefined && isFile(main) ? main : undefined;
  const found = inline ?? (file === undefined ? undefined : await reader.read(file, parseLink));
  const path = file ?? virtualPath(identifier);
  const hiddenBy = `no module leads to the ${type}`;
  return courseItem(
    { type, identifier, path, title: found?.title ?? '' },
    {
      hiddenBy,
      url: found?.url ?? (file === undefined ? main : undefined),
    },
  );
}

/** The path of a link that has no file: it stands in the manifest or in a module's settings alone. */
export function virtualPath(identifier: string): string {
  return `/links/${identifier}`;
}

/** From a file with a `<webLink>` or a `<cartridge_basiclti_link>`; undefined where it has neither. */
async function parseLink(chunks: AsyncIterable<string>): Promise<WebAddress | undefined> {
  const reader = new InlineLinkReader();
  let found: WebAddress | undefined;
  await readXml(chunks, {
    open: (element) => reader.open(element),
    close: (element, text) => {
      found ??= reader.close(element, text);
    },
  });
  return found;
}
