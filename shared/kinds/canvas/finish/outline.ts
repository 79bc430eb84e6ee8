import type { ItemResult } from '../../../kind.ts';
import { type CourseRecord, courseSchema, type ModuleOutline, moduleSchema } from '../schema.ts';

export interface Outline {
  /** Undefined where the record of the course itself failed. */
  readonly course: CourseRecord | undefined;
  /** In their order. */
  readonly modules: readonly ModuleOutline[];
  /** What the modules lead to. */
  readonly ids: ReadonlySet<string>;
}

/** The course and its modules from a run's results. */
export async function readOutline(results: AsyncIterable<ItemResult>): Promise<Outline> {
  let course: CourseRecord | undefined;
  const modules = new Map<number, ModuleOutline>();
  for await (const { id, detail = {} } of results) {
    if (detail.kind === 'course') course = courseSchema.parse(detail.course);
    if (detail.kind === 'module')
      modules.set(Number(id.slice('/module '.length)), moduleSchema.parse(detail.module));
  }
  const inOrder = [...modules].sort(([a], [b]) => a - b).map(([, module]) => module);
  const ids = inOrder.flatMap(({ items }) => items.map(({ id }) => id));
  return { course, modules: inOrder, ids: new Set(ids.filter((id) => id !== undefined)) };
}
