import type { XmlRecord } from '../../../xml/records.ts';
import type { Manifest, Resource } from './manifest.ts';

/** A file that a module item leads to. */
export interface ModuleFile {
  readonly path: string;
  readonly title: string;
  readonly module: string;
  readonly isActive: boolean;
}

/**
 * From the records `item` (within `module`) of module_meta.xml: each item's identifierref, by way of the manifest's items, to a
 * resource and its files.
 */
export function toModuleFiles(
  records: readonly XmlRecord[],
  manifest: Manifest,
  resources: ReadonlyMap<string, Resource>,
): ModuleFile[] {
  const files: ModuleFile[] = [];
  for (const { name, fields, within } of records) {
    const reference = fields.get('identifierref') ?? '';
    if (name !== 'item' || !manifest.references.has(reference)) continue;
    const title = fields.get('title') ?? '';
    const module = within?.fields.get('title') ?? '';
    const isActive = fields.get('workflow_state') === 'active';
    for (const path of resources.get(reference)?.files ?? []) files.push({ path, title, module, isActive });
  }
  return files;
}
