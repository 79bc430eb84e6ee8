import { expect, test } from 'vitest';
import { isDateLocked, toInstant, toIsoDate } from '../../../../shared/kinds/canvas/course/date-lock.ts';
import { RAILS_ZONES } from '../../../../shared/kinds/canvas/course/rails-zones.ts';
import { isTimeZone, toDisplayDate, toTimeZone } from '../../../../shared/kinds/canvas/course/time-zone.ts';

const NOW = new Date('2026-03-01T12:00:00Z');

test.each([
  // Canvas writes UTC and no offset, whatever the course's zone is
  ['2026-01-15T12:00:00', '2026-01-15T12:00:00Z'],
  ['2026-07-15 12:00', '2026-07-15T12:00:00Z'],
  ['2026-07-15T12:00:00Z', '2026-07-15T12:00:00Z'],
  ['2026-07-15T12:00:00+02:00', '2026-07-15T10:00:00Z'],
  ['2026-07-15', '2026-07-15T00:00:00Z'],
])('%s is %s', (text, expected) => {
  const iso = toIsoDate(text);

  expect(iso).toBe(expected);
});

test.each(['', 'nil', 'soon'])('no date: %s', (text) => {
  const instant = toInstant(text);

  expect(instant).toBeUndefined();
});

test.each([
  ['2026-03-01T11:59:00', undefined, false],
  ['2026-03-01T12:01:00', undefined, true],
  [undefined, '2026-03-01T11:59:00', true],
  [undefined, '2026-03-01T12:01:00', false],
  ['2026-01-01', '2027-01-01', false],
  [undefined, undefined, false],
  ['', ' ', false],
  // a date that can't be read is no reason to show the file
  ['soon', undefined, true],
  [undefined, 'soon', true],
])('unlocked at %s, locked at %s', (unlockAt, lockAt, expected) => {
  const locked = isDateLocked({ unlockAt, lockAt }, NOW);

  expect(locked).toBe(expected);
});

test('every zone that Rails names is one that the platform knows', () => {
  const unknown = [...RAILS_ZONES].filter(([, zone]) => !isTimeZone(zone));

  expect(RAILS_ZONES.size).toBeGreaterThan(150);
  expect(unknown).toEqual([]);
});

test.each([
  ['Pacific Time (US & Canada)', 'America/Los_Angeles'],
  ['Europe/Zurich', 'Europe/Zurich'],
  ['Middle Earth', undefined],
  [undefined, undefined],
])('zone %s', (name, expected) => {
  const zone = toTimeZone(name);

  expect(zone).toBe(expected);
});

test.each([
  ['America/Los_Angeles', '2026-05-01 16:59 PDT'],
  ['UTC', '2026-05-01 23:59 UTC'],
  ['Asia/Tokyo', '2026-05-02 08:59 GMT+9'],
])('shown in %s', (zone, expected) => {
  const shown = toDisplayDate('2026-05-01T23:59:00Z', zone);

  expect(shown).toBe(expected);
});
