import type { CourseRecord, Listing } from '../schema.ts';
import { CourseChecksum } from './checksum.ts';
import type { Course } from './read.ts';
import { courseUrl } from './settings.ts';

/** Warnings that are kept: one bad export can hold thousands. */
const MAX_WARNINGS = 20;

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

  toRecord({ facts, settings, warnings }: Course): CourseRecord {
    return {
      title: settings.title ?? null,
      courseCode: settings.courseCode ?? null,
      courseId: settings.courseId ?? null,
      domain: settings.domain ?? null,
      url: courseUrl(settings) ?? null,
      startAt: settings.startAt ?? null,
      concludeAt: settings.concludeAt ?? null,
      timeZone: facts.clock.timeZone,
      filesTabHidden: settings.filesTabHidden,
      schemaVersion: facts.manifest.schemaVersion ?? null,
      checksum: this.#checksum.toString(),
      files: this.#files,
      published: this.#published,
      problems: this.#problems,
      excluded: this.#excluded,
      missing: this.#missing,
      hasMetadata: this.#hasMetadata,
      warnings: warnings.slice(0, MAX_WARNINGS),
    };
  }
}
