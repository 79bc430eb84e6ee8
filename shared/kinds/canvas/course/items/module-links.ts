import type { Manifest } from '../manifest.ts';
import type { CourseModule, ModuleItem } from '../modules.ts';
import { type CourseItem, courseItem } from './course-item.ts';
import { virtualPath } from './link-item.ts';

const TYPES: ReadonlyMap<string, 'link' | 'tool'> = new Map([
  ['ExternalUrl', 'link'],
  ['ContextExternalTool', 'tool'],
]);

export interface Linked {
  readonly modules: readonly CourseModule[];
  readonly items: readonly CourseItem[];
}

/**
 * Ties the modules' links and tools to items of their own. A web link's resource has an identifier that only the manifest's tree knows
 * (canvas-lms lib/cc/organization.rb); a link without one, a tool that the whole school uses, and a tool that is launched at another address
 * here live in module_meta.xml alone.
 */
export function withModuleLinks(
  modules: readonly CourseModule[],
  items: readonly CourseItem[],
  { organization }: Manifest,
): Linked {
  const inTree = new Map(organization.map(({ identifier, reference }) => [identifier, reference]));
  const known = new Map(items.map((item) => [item.identifier, item]));
  const added: CourseItem[] = [];
  const tied = (item: ModuleItem): ModuleItem => {
    const type = TYPES.get(item.contentType);
    if (type === undefined) return item;
    const target = known.get(item.reference) ?? known.get(inTree.get(item.identifier) ?? '');
    if (target !== undefined && leadsThere(item, target)) return { ...item, reference: target.identifier };
    added.push(ownItem(item, type));
    return { ...item, reference: item.identifier };
  };
  const all = modules.map((module) => ({ ...module, items: module.items.map(tied) }));
  return { modules: all, items: [...items, ...added] };
}

function leadsThere({ url }: ModuleItem, target: CourseItem): boolean {
  return url === undefined || target.url === undefined || url === target.url;
}

function ownItem({ identifier, title, url }: ModuleItem, type: 'link' | 'tool'): CourseItem {
  const hiddenBy = `no module leads to the ${type}`;
  return courseItem({ type, identifier, path: virtualPath(identifier), title }, { hiddenBy, url });
}
