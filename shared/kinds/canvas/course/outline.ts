import type { Listing, ModuleOutline } from '../schema.ts';
import type { CourseItem } from './items/course-item.ts';
import { type CourseModule, type ModuleItem, SUB_HEADER } from './modules.ts';
import type { Course } from './read.ts';

/** How the modules and each of their lines stand in the outline. */
export function outlineOf(
  course: Course,
  isShown: boolean,
  listingOf: (path: string) => Listing,
): ModuleOutline[] {
  const pathOf = toPathOf(course);
  return course.modules.map((module) => toOutline(module, isShown, pathOf, listingOf));
}

function toOutline(
  module: CourseModule,
  isShown: boolean,
  pathOf: (reference: string) => string | undefined,
  listingOf: (path: string) => Listing,
): ModuleOutline {
  const { title, unlockAt, prerequisites } = module;
  const published = isShown && module.isActive;
  return {
    title,
    published,
    ...(unlockAt === undefined ? {} : { unlockAt }),
    prerequisites: [...prerequisites],
    items: module.items.map((item) => toLine(item, published, pathOf(item.reference), listingOf)),
  };
}

function toLine(
  item: ModuleItem,
  isModuleShown: boolean,
  path: string | undefined,
  listingOf: (path: string) => Listing,
): ModuleOutline['items'][0] {
  const { title, indent, url, isActive, contentType } = item;
  const base = { title, indent };
  if (contentType === SUB_HEADER) return { ...base, type: 'header', published: isModuleShown && isActive };
  if (path === undefined) {
    const published = isModuleShown && isActive;
    return { ...base, type: 'unknown', published, ...(url === undefined ? {} : { url }) };
  }
  const listing = listingOf(path);
  const published = isModuleShown && isActive && listing.published;
  // an export without Canvas' settings says it in the link's own file
  const address = url ?? (listing.type === 'link' ? listing.url : undefined);
  return { ...base, type: listing.type, published, id: path, ...(address && { url: address }) };
}

function toPathOf(course: Course): (reference: string) => string | undefined {
  const items = new Map(course.items.map(({ identifier, path }: CourseItem) => [identifier, path]));
  return (reference) => {
    const resource = course.resources.get(reference);
    return items.get(reference) ?? resource?.href ?? resource?.files[0];
  };
}
