import type { CourseReader } from '../course-reader.ts';
import type { Resource } from '../manifest.ts';
import type { CourseSettings } from '../settings.ts';

/** What reading an item needs to know. */
export interface ItemRules {
  readonly reader: CourseReader;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly settings: CourseSettings;
  readonly now: Date;
}
