import type { CanvasOptions } from '../options.ts';
import type { CourseRecord, Listing } from '../schema.ts';
import { CourseChecksum } from './checksum.ts';
import type { Course } from './read.ts';
import { courseUrl, TABS } from './settings.ts';

/** Warnings that are kept: one bad export can hold thousands. */
const MAX_WARNINGS = 20;

const WITHOUT_SETTINGS =
  'no Canvas settings: nothing says what students see; the option publish=tree publishes what the tree of the manifest shows';

/** Counts a course's files while they are listed. */
export class CourseCount {
  readonly #checksum = new CourseChecksum();
  #files = 0;
  #published = 0;
  #problems = 0;
  #excluded = 0;
  #missing = 0;
  #hasMetadata = false;

  get files(): number {
    return this.#files;
  }

  addListing(path: string, listing: Listing): void {
    this.#files += 1;
    if (listing.published) this.#published += 1;
    if (listing.kind !== 'content') this.#problems += 1;
    if (listing.excluded) this.#excluded += 1;
    if (listing.published) this.#checksum.addPublished(path, listing.title);
  }

  /** `canonical`: the metadata beside the archive. */
  addMetadata(canonical: string): void {
    this.#hasMetadata = true;
    this.#checksum.addMetadata(canonical);
  }

  addMember(name: string, bytes: number, crc32: number): void {
    this.#checksum.addMember(name, bytes, crc32);
  }

  addMissing(): void {
    this.#missing += 1;
  }

  toRecord(course: Course, options: CanvasOptions): CourseRecord {
    const { manifest, settings, isCanvas, warnings } = course;
    const unsaid = isCanvas || options.publish === 'tree' ? [] : [WITHOUT_SETTINGS];
    return {
      title: settings.title ?? manifest.title ?? null,
      courseCode: settings.courseCode ?? null,
      courseId: settings.courseId ?? null,
      domain: settings.domain ?? null,
      url: courseUrl(settings) ?? null,
      startAt: settings.startAt ?? null,
      concludeAt: settings.concludeAt ?? null,
      timeZone: timeZoneOf(course, options),
      filesTabHidden: settings.hiddenTabs.has(TABS.files),
      isCanvas,
      schemaVersion: manifest.schemaVersion ?? null,
      checksum: this.#checksum.toString(),
      files: this.#files,
      published: this.#published,
      problems: this.#problems,
      excluded: this.#excluded,
      missing: this.#missing,
      hasMetadata: this.#hasMetadata,
      warnings: [...unsaid, ...warnings].slice(0, MAX_WARNINGS),
    };
  }
}

/** In which the course's dates are shown. */
export function timeZoneOf({ settings }: Course, options: CanvasOptions): string {
  return settings.timeZone ?? options.timeZone;
}
