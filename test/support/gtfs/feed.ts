import { deflateRawSync } from 'node:zlib';
import { buildZip, type MemberSpec } from '../zip/builder.ts';

const nextYear = new Date().getUTCFullYear() + 1;

/** A feed without a fault, by file; tests put other files over it. */
export const CLEAN_FEED: Readonly<Record<string, string>> = {
  'agency.txt':
    'agency_id,agency_name,agency_url,agency_timezone,agency_lang,agency_phone\nA,Ferry,https://ferry.example,Europe/Berlin,en,13 12 30\n',
  'stops.txt':
    'stop_id,stop_name,stop_lat,stop_lon\n007,Quay,54.1,10.1\n008,Mill,54.2,10.2\n009,Hill,54.3,10.3\n',
  'routes.txt': 'route_id,agency_id,route_short_name,route_long_name,route_type\nR1,A,1,Quay to Hill,4\n',
  'trips.txt': 'route_id,service_id,trip_id\nR1,W,T1\n',
  'stop_times.txt':
    'trip_id,arrival_time,departure_time,stop_id,stop_sequence\nT1,08:00:00,08:00:00,007,1\nT1,8:05:00,08:05:30,008,2\nT1,25:10:00,25:10:00,009,3\n',
  'calendar.txt': `service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nW,1,1,1,1,1,0,0,20260101,${nextYear}1231\n`,
  'feed_info.txt':
    'feed_publisher_name,feed_publisher_url,feed_lang,feed_contact_email\nFerry,https://ferry.example,en,a@ferry.example\n',
};

/** The clean feed with other files over it, deflated; a file that is undefined is left out; `more` comes last. */
export function zipFeed(
  files: Readonly<Record<string, string | Buffer | undefined>> = {},
  more: readonly MemberSpec[] = [],
): Buffer {
  const all = Object.entries({ ...CLEAN_FEED, ...files }).filter(([, data]) => data !== undefined);
  const members = all.map(([name, data = '']) => ({ name, data: Buffer.from(data), method: 8 as const }));
  return buildZip({ members: [...members, ...more] });
}

/** Stop times in the order of their trips; over 4 MiB the table is cut into slices. */
export function longStopTimes(trips: number, stops: number): string {
  const lines = ['trip_id,arrival_time,departure_time,stop_id,stop_sequence,stop_headsign'];
  for (let trip = 0; trip < trips; trip++)
    for (let stop = 1; stop <= stops; stop++) {
      const time = `${String(5 + (stop % 20)).padStart(2, '0')}:00:00`;
      lines.push(`T${trip},${time},${time},00${7 + (stop % 3)},${stop},"to ${trip},\n""${stop}"""`);
    }
  return `${lines.join('\n')}\n`;
}

/** The clean feed with another file over it, one bit of which is not as it was deflated, in its middle. */
export function withBrokenMember(name: string, text: string): Buffer {
  const stored = deflateRawSync(text);
  const at = Math.floor(stored.length / 2);
  stored[at] = (stored[at] ?? 0) ^ 0x10;
  return zipFeed({ [name]: undefined }, [{ name, data: text, method: 8, stored }]);
}
