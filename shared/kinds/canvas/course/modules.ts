import type { XmlRecord } from '../../../xml/records.ts';
import { isBefore, toIsoDate } from './date-lock.ts';
import type { OrganizationItem } from './organization.ts';

/** One line of a module: a page, a quiz, a sub-header, a link … */
export interface ModuleItem {
  readonly identifier: string;
  /** Canvas' content type, e.g. `WikiPage`; empty where another system wrote the export. */
  readonly contentType: string;
  readonly title: string;
  readonly isActive: boolean;
  /** The resource that it leads to, or the item itself where there is no such resource. */
  readonly reference: string;
  /** The address of a link or tool. */
  readonly url: string | undefined;
  readonly indent: number;
}

export interface CourseModule {
  readonly identifier: string;
  readonly title: string;
  readonly isActive: boolean;
  /** ISO 8601 in UTC. */
  readonly unlockAt: string | undefined;
  /** Its date has not come: what is in no other module is locked wherever it is met. */
  readonly isLocked: boolean;
  /** Titles of the modules that are to be completed before. */
  readonly prerequisites: readonly string[];
  readonly items: readonly ModuleItem[];
}

const MODULE_RECORDS = ['module', 'item', 'prerequisite'] as const;

/** The elements of module_meta.xml that are read as records. */
export const moduleRecordNames: readonly string[] = MODULE_RECORDS;

/** From module_meta.xml (canvas-lms lib/cc/module_meta.rb). */
export function toModules(records: readonly XmlRecord[], now: Date): CourseModule[] {
  const items = new Map<XmlRecord, ModuleItem[]>();
  const prerequisites = new Map<XmlRecord, string[]>();
  for (const record of records) {
    const { name, within, fields } = record;
    if (within === undefined) continue;
    if (name === 'item') added(items, within, toModuleItem(record));
    if (name === 'prerequisite') added(prerequisites, within, fields.get('title') ?? '');
  }
  return records
    .filter(({ name }) => name === 'module')
    .map((record) => {
      const parts = { items: items.get(record) ?? [], prerequisites: prerequisites.get(record) ?? [] };
      return toModule(record, parts, now);
    });
}

function added<T>(lists: Map<XmlRecord, T[]>, key: XmlRecord, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function toModule(
  { attributes, fields }: XmlRecord,
  parts: Pick<CourseModule, 'items' | 'prerequisites'>,
  now: Date,
): CourseModule {
  const unlockAt = fields.get('unlock_at');
  return {
    identifier: attributes.get('identifier') ?? '',
    title: fields.get('title') ?? '',
    isActive: (fields.get('workflow_state') ?? 'active') === 'active',
    unlockAt: toIsoDate(unlockAt),
    isLocked: isBefore(now, unlockAt),
    ...parts,
  };
}

function toModuleItem({ attributes, fields }: XmlRecord): ModuleItem {
  const identifier = attributes.get('identifier') ?? '';
  return {
    identifier,
    contentType: fields.get('content_type') ?? '',
    title: fields.get('title') ?? '',
    isActive: fields.get('workflow_state') === 'active',
    reference: fields.get('identifierref') || identifier,
    url: fields.get('url') || undefined,
    indent: Number.parseInt(fields.get('indent') ?? '0', 10) || 0,
  };
}

/**
 * From the manifest's tree, where there is no module_meta.xml: its top items are the modules, and what lies deeper is indented. A top item without
 * a title (`LearningModules`) only holds the others.
 */
export function modulesOfTree(tree: readonly OrganizationItem[]): CourseModule[] {
  const isWrapped = tree
    .filter(({ depth }) => depth === 0)
    .every(({ reference, title }) => !reference && title === '');
  const top = isWrapped ? 1 : 0;
  const modules: (CourseModule & { items: ModuleItem[] })[] = [];
  for (const item of tree) {
    if (item.depth < top) continue;
    if (item.depth === top) modules.push(treeModule(item));
    const isLine = item.depth > top || item.reference !== undefined;
    if (isLine) modules.at(-1)?.items.push(treeItem(item, Math.max(item.depth - top - 1, 0)));
  }
  return modules;
}

function treeModule({ identifier, title }: OrganizationItem): CourseModule & { items: ModuleItem[] } {
  const state = { isActive: true, isLocked: false, unlockAt: undefined };
  return { identifier, title, ...state, prerequisites: [], items: [] };
}

function treeItem({ identifier, reference, title }: OrganizationItem, indent: number): ModuleItem {
  const contentType = reference === undefined ? SUB_HEADER : '';
  const target = { reference: reference ?? identifier, url: undefined };
  return { identifier, contentType, title, isActive: true, ...target, indent };
}

/** Canvas' content type of a line that leads nowhere. */
export const SUB_HEADER = 'ContextModuleSubHeader';
