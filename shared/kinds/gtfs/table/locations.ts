import * as z from 'zod';
import type { ColumnSpec, ColumnValues } from '../../../parquet/column.ts';
import { geoMetadata, multiPolygonWkb, polygonWkb } from '../../../parquet/geo.ts';
import { TextBuilder } from '../../../parquet/text-builder.ts';
import { writeParquet } from '../../../parquet/write-file.ts';
import { Notices } from '../notices/notices.ts';
import { hashText } from '../state/hash.ts';
import type { State } from '../state/state.ts';

/** Zones are drawn by hand; the largest file known (2026) has 5 MB. */
export const LOCATIONS_BYTES_MAX = 16 * 1024 * 1024;

const LOCATION_COLUMNS: readonly ColumnSpec[] = [
  { name: 'id', type: 'text' },
  { name: 'stop_name', type: 'text' },
  { name: 'stop_desc', type: 'text' },
  { name: 'geometry', type: 'wkb' },
];
const NAMES = ['id', 'stop_name', 'stop_desc'] as const;

const position = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]).rest(z.number());
const ring = z.array(position).min(4).refine(isClosed, 'a ring ends where it begins');
const polygon = z.object({ type: z.literal('Polygon'), coordinates: z.array(ring).min(1) });
const multiPolygon = z.object({
  type: z.literal('MultiPolygon'),
  coordinates: z.array(z.array(ring).min(1)).min(1),
});
const geometry = z.discriminatedUnion('type', [polygon, multiPolygon]);

const collection = z.object({ type: z.string(), features: z.array(z.unknown()) });
const feature = z.object({
  type: z.string().optional(),
  id: z.union([z.string(), z.number().transform(String)]).optional(),
  properties: z.record(z.string(), z.unknown()).nullish(),
  geometry: z.unknown().optional(),
});

function isClosed(points: readonly (readonly number[])[]): boolean {
  const [first, last] = [points[0], points.at(-1)];
  return first?.[0] === last?.[0] && first?.[1] === last?.[1];
}

export interface Locations {
  readonly file: Uint8Array;
  readonly state: State;
}

/** `locations.geojson` as a table of one row a feature, with its zone as a geometry. A wrong geometry is null. */
export function toLocations(
  bytes: Uint8Array,
  ref: { readonly feed: string; readonly table: string; readonly file: string },
): Locations {
  const notices = new Notices();
  const rows = new LocationRows(notices);
  for (const [index, each] of featuresOf(bytes, ref.file, notices).entries()) rows.add(each, index);
  const file = writeParquet({
    columns: LOCATION_COLUMNS,
    values: rows.values(),
    metadata: { geo: geoMetadata('geometry', ['Polygon', 'MultiPolygon']) },
  });
  const info = {
    ...ref,
    header: [...NAMES],
    columns: LOCATION_COLUMNS,
    rows: rows.count,
    rejects: 0,
    notices: notices.list(),
  };
  const { feed, table, file: name } = ref;
  const arrays = new Map([['set.id', Float64Array.from(rows.ids, hashText)]]);
  return { file, state: { info: { ...info, feed, table, file: name }, arrays } };
}

function featuresOf(bytes: Uint8Array, filename: string, notices: Notices): readonly unknown[] {
  try {
    const parsed = collection.safeParse(JSON.parse(Buffer.from(bytes).toString()));
    if (parsed.success && parsed.data.type === 'FeatureCollection') return parsed.data.features;
    const geoJsonType = parsed.data?.type ?? '';
    notices.add('unsupported_geo_json_type', () => ({
      geoJsonType,
      message: 'expected a FeatureCollection with features',
    }));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { message } = error;
    notices.add('malformed_json', () => ({ filename, message }));
  }
  return [];
}

class LocationRows {
  readonly ids: string[] = [];
  readonly #texts = NAMES.map(() => new TextBuilder(16));
  readonly #geometry = new TextBuilder(16);
  readonly #notices: Notices;
  readonly #seen = new Map<string, number>();

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  get count(): number {
    return this.#geometry.rows;
  }

  add(value: unknown, featureIndex: number): void {
    const parsed = feature.safeParse(value);
    const { id = '', type, properties, geometry: shape } = parsed.data ?? {};
    if (type !== 'Feature') {
      this.#notices.add('unsupported_feature_type', () => ({
        featureIndex,
        featureId: id,
        featureType: type ?? '',
      }));
      return;
    }
    for (const [name, found] of Object.entries({ id, properties, geometry: shape }))
      if (found === undefined || found === '')
        this.#notices.add('missing_required_element', () => ({
          featureIndex,
          featureId: id,
          missingElement: name,
        }));
    this.#checkId(id, featureIndex);
    const texts = [id, properties?.stop_name, properties?.stop_desc];
    for (const [index, text] of texts.entries())
      addText(this.#texts[index], typeof text === 'string' ? text.trim() : '');
    this.#addGeometry(shape, id, featureIndex);
  }

  values(): ColumnValues[] {
    return [...this.#texts, this.#geometry].map((texts) => texts.values);
  }

  #checkId(id: string, featureIndex: number): void {
    const firstIndex = this.#seen.get(id);
    if (id !== '') this.ids.push(id);
    if (firstIndex === undefined) this.#seen.set(id, featureIndex);
    else if (id !== '')
      this.#notices.add('duplicate_geo_json_key', () => ({
        featureId: id,
        firstIndex,
        secondIndex: featureIndex,
      }));
  }

  #addGeometry(shape: unknown, featureId: string, featureIndex: number): void {
    const parsed = geometry.safeParse(shape);
    if (parsed.success) {
      const { type, coordinates } = parsed.data;
      const wkb = type === 'Polygon' ? polygonWkb(coordinates) : multiPolygonWkb(coordinates);
      this.#geometry.add(wkb, 0, wkb.length);
      return;
    }
    this.#geometry.addNull();
    const geometryType = z.object({ type: z.string() }).safeParse(shape).data?.type ?? '';
    const isKnown = geometryType === 'Polygon' || geometryType === 'MultiPolygon';
    if (isKnown)
      this.#notices.add('invalid_geometry', () => ({
        featureId,
        featureIndex,
        geometryType,
        message: parsed.error.issues[0]?.message ?? '',
      }));
    else if (shape !== undefined)
      this.#notices.add('unsupported_geometry_type', () => ({ featureId, featureIndex, geometryType }));
  }
}

function addText(texts: TextBuilder | undefined, text: string): void {
  const bytes = Buffer.from(text);
  if (text === '') texts?.addNull();
  else texts?.add(bytes, 0, bytes.length);
}
