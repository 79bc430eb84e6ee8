import { describe, expect, it } from 'vitest';
import { allReferences } from '../../../../shared/kinds/gtfs/schema/reference.ts';
import { longStopTimes, withBrokenMember, zipFeed } from '../../../support/gtfs/feed.ts';
import { runFeed } from '../../../support/gtfs/read-run.ts';

describe('a feed', () => {
  it('without a fault is typed, and has no error', async () => {
    const run = await runFeed(zipFeed());

    expect(run.results.map(({ status }) => status)).toEqual(Array(7).fill('ok'));
    expect(await run.query('select arrival_time from stop_times order by stop_sequence')).toEqual([
      28_800, 29_100, 90_600,
    ]);
    expect(await run.query('select stop_id from stops order by 1')).toEqual(['007', '008', '009']);
    expect(await run.query('select agency_phone from agency')).toEqual(['13 12 30']);
    expect(await run.query("select typeof(start_date) || ' ' || start_date from calendar")).toEqual([
      'DATE 2026-01-01',
    ]);
    expect(Object.keys(run.notices)).toEqual([]);
  });

  it('keeps bad cells and rows out, one line each', async () => {
    const run = await runFeed(
      zipFeed({
        'stop_times.txt':
          'trip_id,arrival_time,departure_time,stop_id,stop_sequence\nT1,08:00:00,8:60:00,007,1\nT1,-00:10:00,08:05:00,008,2,,\nT1,09:00:00,09:00:00,009,3,x\nT1,09:00:00,09:00:00,009\n',
        'stops.txt': Buffer.from(
          'stop_id,stop_name,stop_lat,stop_lon\n007,Caf\xe9 \x80uro,91,10\n008,Mill,NaN,10\n009,"5"" pipe",+54.3,10\n',
          'latin1',
        ),
      }),
    );

    expect(
      await run.query(
        'select coalesce(departure_time, -1) from stop_times order by stop_sequence nulls last',
      ),
    ).toEqual([-1, 29_100, 32_400]);
    expect(await run.query('select stop_name from stops order by stop_id')).toEqual([
      'Café €uro',
      'Mill',
      '5" pipe',
    ]);
    expect(
      await run.query(
        "select \"table\" || ' ' || row || ' ' || coalesce(\"column\", '*') || ' ' || code from rejects order by 1",
      ),
    ).toEqual([
      'stop_times 2 departure_time invalid_time',
      'stop_times 3 arrival_time invalid_time',
      'stop_times 4 * invalid_row_length',
      'stops 2 stop_lat number_out_of_range',
      'stops 2 stop_name invalid_character',
      'stops 3 stop_lat invalid_float',
    ]);
    expect(run.notices).toMatchObject({
      invalid_time: 2,
      invalid_row_length: 3,
      invalid_float: 1,
      number_out_of_range: 1,
    });
  });

  it('that is long is cut into slices that hold every row once, with its number', async () => {
    const run = await runFeed(zipFeed({ 'stop_times.txt': longStopTimes(4_000, 40) }));

    expect(run.processed.filter((id) => id.startsWith('rows ')).length).toBeGreaterThan(2);
    expect(
      await run.query(
        "select count(*) || ' ' || count(distinct trip_id || '/' || stop_sequence) from stop_times",
      ),
    ).toEqual(['160000 160000']);
    expect(
      await run.query(
        "select count(*) from stop_times where stop_headsign = 'to ' || trip_id[2:] || ',' || chr(10) || '\"' || stop_sequence || '\"'",
      ),
    ).toEqual(['160000']);
    expect(run.notices).toMatchObject({ foreign_key_violation: 159_960, new_line_in_value: 160_000 });
  }, 120_000);

  it('finds keys that are twice in a table, however far apart', async () => {
    const rows = Array.from({ length: 60_000 }, (_, n) => `S${n},${'a long name '.repeat(8)},54,10`).join(
      '\n',
    );
    const text = `stop_id,stop_name,stop_lat,stop_lon\n007,Quay,54,10\n${rows}\n007,Again,54,10\n`;

    const run = await runFeed(zipFeed({ 'stops.txt': text }));

    expect(run.notices.duplicate_key).toBe(1);
  }, 120_000);

  it('orders stop times by their sequence, not by their rows', async () => {
    const header = 'trip_id,arrival_time,departure_time,stop_id,stop_sequence\n';
    const run = await runFeed(
      zipFeed({
        'trips.txt': 'route_id,service_id,trip_id\nR1,W,T1\nR1,W,T2\n',
        'stop_times.txt': `${header}T1,08:10:00,08:10:00,008,2\nT2,09:00:00,09:00:00,007,1\nT1,08:00:00,08:00:00,007,1\nT2,08:59:00,08:59:00,009,2\n`,
      }),
    );

    expect(run.notices).toMatchObject({
      unsorted_stop_times: 2,
      stop_time_with_arrival_before_previous_departure_time: 1,
    });
  });

  it('loses to a broken member only what lies behind the break, and says so', async () => {
    const run = await runFeed(withBrokenMember('stop_times.txt', longStopTimes(4_000, 40)));

    const failed = run.results.filter(({ status }) => status === 'failed');
    expect(failed.map(({ id, failure }) => `${id} ${failure?.code}`)).toEqual([
      'stop_times.txt ZIP_MEMBER_INVALID',
    ]);
    expect(Number((await run.query('select count(*) from stop_times'))[0])).toBeGreaterThan(50_000);
    expect(await run.query('select count(*) from stops')).toEqual(['3']);
    expect(run.notices.i_o_error).toBe(1);
  }, 120_000);

  it('has lines for shapes, as GeoParquet', async () => {
    const run = await runFeed(
      zipFeed({
        'shapes.txt':
          'shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\nH,54.2,10.2,2\nH,54.1,10.1,1\nH,54.3,10.3,3\n',
        'trips.txt': 'route_id,service_id,trip_id,shape_id\nR1,W,T1,H\n',
      }),
    );

    expect(await run.query('select points from shape_lines')).toEqual([3]);
    expect(await run.query('select cast(geometry as varchar) from trip_lines')).toEqual([
      'LINESTRING (10.1 54.1, 10.2 54.2, 10.3 54.3)',
    ]);
  });
});

describe('the schema', () => {
  const tables = new Map(allReferences().map((table) => [table.file.replace('.txt', ''), table]));
  const namesOf = (table: string): string[] => tables.get(table)?.fields.map(({ name }) => name) ?? [];

  it('has the 31 tables and 218 fields of the reference', () => {
    expect(tables.size).toBe(31);
    expect([...tables.keys()].reduce((sum, table) => sum + new Set(namesOf(table)).size, 0)).toBe(218);
  });

  it.each([...tables.values()])(
    'of $file has its key, and references only what is there',
    ({ fields, key }) => {
      const names = fields.map(({ name }) => name);
      const references = fields.flatMap(({ references: found = [] }) => found);
      const missing = references.filter((reference) => {
        const [table = '', column = ''] = reference.split('.');
        return reference !== 'locations.id' && !namesOf(table).includes(column);
      });

      expect(missing).toEqual([]);
      expect(['*', ...names]).toEqual(expect.arrayContaining([...key]));
    },
  );
});
