import { expect, test } from 'vitest';
import { type CourseSpec, courseArchive } from '../../../fixtures/canvas/course.ts';
import { joined, textFiles, topic } from '../../../fixtures/canvas/items.ts';
import { type Played, play } from '../../../fixtures/canvas/play.ts';

const NOW = new Date('2026-03-01T12:00:00Z');

async function played(spec: CourseSpec): Promise<Played> {
  return await play(await courseArchive(spec), {}, { startedAt: NOW });
}

test('discussions and announcements are published without a module; their settings are no text', async () => {
  const spec = joined(
    topic({ id: 'd', title: 'Introduce yourself', html: '<p>Say <b>hello</b>.</p>' }),
    topic({ id: 'a', title: 'Midterm moved', html: '<p>To Friday.</p>', fields: { type: 'announcement' } }),
  );

  const { results, outputs } = await played(spec);

  expect(results.get('d.xml')?.detail).toMatchObject({ type: 'discussion', published: true });
  expect(results.get('a.xml')?.detail).toMatchObject({ type: 'announcement', published: true });
  expect(outputs.get('content/d.xml.md')).toBe('# Introduce yourself\n\nSay **hello**.\n');
  expect(outputs.get('content/a.xml.md')).toBe('# Midterm moved\n\nTo Friday.\n');
  expect(results.get('d-meta.xml')?.detail).toMatchObject({
    type: 'settings',
    status: 'excluded',
    reason: 'settings of the discussion "Introduce yourself"',
  });
});

test('an announcement has its dates, in the course’s zone, and its attachments, which it publishes', async () => {
  const fields = {
    type: 'announcement',
    delayed_post_at: '2026-01-02T12:00:00',
    lock_at: '2026-02-01T12:00:00',
  };
  const spec = {
    ...joined(
      topic({
        title: 'News',
        html: '<p>See below.</p>',
        fields,
        attachments: ['$IMS-CC-FILEBASE$/plan b.txt'],
      }),
      textFiles('plan b.txt'),
    ),
    settings: { time_zone: 'Eastern Time (US & Canada)', tab_configuration: '[{"id":11,"hidden":true}]' },
  };

  const { results, outputs } = await played(spec);

  expect(outputs.get('content/t.xml.md')).toBe(
    '# News\n\n**Posted:** 2026-01-02 07:00 EST\\\n**Open until:** 2026-02-01 07:00 EST\n\nSee below.\n\n## Attachments\n\n- [plan b.txt](web_resources/plan%20b.txt.md)\n',
  );
  expect(results.get('web_resources/plan b.txt')?.detail).toMatchObject({
    published: true,
    reason: 'linked from "News"',
  });
  expect(results.get('t.xml')?.detail).toMatchObject({ unlockAt: '2026-01-02T12:00:00Z' });
});

const TAB = { tab_configuration: '[{"id":8,"hidden":true},{"id":14,"hidden":true}]' };
const HIDDEN = 'the tab of the discussions is hidden, and no module or page leads to it';

test.each<[string, CourseSpec, string | undefined]>([
  ['unpublished', topic({ fields: { workflow_state: 'unpublished' } }), 'discussion is unpublished'],
  [
    'posted later',
    topic({ fields: { delayed_post_at: '2026-03-01T12:01:00' } }),
    'discussion is not posted yet',
  ],
  [
    'to be posted, and its day has come',
    topic({ fields: { workflow_state: 'post_delayed', delayed_post_at: '2026-03-01T11:59:00' } }),
    undefined,
  ],
  [
    'to be posted, who knows when',
    topic({ fields: { workflow_state: 'post_delayed' } }),
    'discussion is post_delayed',
  ],
  ['closed for comments', topic({ fields: { locked: 'true', lock_at: '2020-01-01T00:00:00' } }), undefined],
  ['its tab hidden', { ...topic({}), settings: TAB }, HIDDEN],
  [
    'its tab hidden, in a module',
    { ...topic({}), settings: TAB, modules: { M: [{ ref: 't', title: 'T', type: 'DiscussionTopic' }] } },
    undefined,
  ],
  [
    'an announcement, which is sent',
    { ...topic({ fields: { type: 'announcement' } }), settings: TAB },
    undefined,
  ],
])('%s', async (_, spec, outBy) => {
  const { results } = await played(spec);

  const detail = results.get('t.xml')?.detail;
  expect(detail?.published).toBe(outBy === undefined);
  if (outBy !== undefined) expect(detail?.reason).toBe(outBy);
});
