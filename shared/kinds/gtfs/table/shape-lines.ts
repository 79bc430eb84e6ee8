import type { Output, ProcessContext } from '../../../kind.ts';
import type { ColumnSpec, ColumnValues } from '../../../parquet/column.ts';
import { geoMetadata, lineWkb } from '../../../parquet/geo.ts';
import { TextBuilder } from '../../../parquet/text-builder.ts';
import { writeParquet } from '../../../parquet/write-file.ts';
import type { GtfsOptions, TableRef } from '../item-data.ts';
import { metresBetween } from '../notices/check-shape.ts';
import { outputPath, PARQUET_TYPE } from '../output-paths.ts';
import type { GroupRows } from '../state/group-rows.ts';

export const SHAPE_LINES = 'shape_lines';
export const LINE_COLUMNS: readonly ColumnSpec[] = [
  { name: 'shape_id', type: 'text' },
  { name: 'points', type: 'int32' },
  { name: 'length_m', type: 'double' },
  { name: 'geometry', type: 'wkb' },
];
/** A file is closed behind as many bytes of lines. */
const FILE_BYTES = 8 * 1024 * 1024;

/** One line for each shape, as GeoParquet. */
export class ShapeLines {
  readonly #ref: TableRef;
  readonly #context: Pick<ProcessContext<GtfsOptions>, 'put'>;
  readonly #outputs: Output[] = [];
  #open = new OpenFile();

  constructor(ref: TableRef, context: Pick<ProcessContext<GtfsOptions>, 'put'>) {
    this.#ref = ref;
    this.#context = context;
  }

  async add(shape: GroupRows): Promise<void> {
    this.#open.add(shape);
    if (this.#open.bytes >= FILE_BYTES) await this.#close();
  }

  async end(): Promise<readonly Output[]> {
    if (this.#open.rows > 0 || this.#outputs.length === 0) await this.#close();
    return this.#outputs;
  }

  async #close(): Promise<void> {
    const path = outputPath(this.#ref.feed, SHAPE_LINES, this.#outputs.length);
    this.#outputs.push(await this.#context.put(path, this.#open.toParquet(), PARQUET_TYPE));
    this.#open = new OpenFile();
  }
}

class OpenFile {
  readonly #ids = new TextBuilder(256);
  readonly #lines = new TextBuilder(256);
  readonly #points: number[] = [];
  readonly #lengths: number[] = [];
  readonly #bbox: [number, number, number, number] = [180, 90, -180, -90];

  get rows(): number {
    return this.#points.length;
  }

  get bytes(): number {
    return this.#lines.textBytes;
  }

  /** Points without a place are left out; a line has at least two. */
  add({ text, a, b, count }: GroupRows): void {
    const { longitudes, latitudes } = placesOf(a, b, count);
    const id = Buffer.from(text());
    this.#ids.add(id, 0, id.length);
    const line = lineWkb(longitudes, latitudes);
    if (latitudes.length < 2) this.#lines.addNull();
    else this.#lines.add(line, 0, line.length);
    this.#points.push(latitudes.length);
    this.#lengths.push(this.#measure(longitudes, latitudes));
  }

  #measure(longitudes: Float64Array, latitudes: Float64Array): number {
    let metres = 0;
    for (let at = 0; at < latitudes.length; at++) {
      const [x, y] = [longitudes[at] as number, latitudes[at] as number];
      this.#bbox[0] = Math.min(this.#bbox[0], x);
      this.#bbox[1] = Math.min(this.#bbox[1], y);
      this.#bbox[2] = Math.max(this.#bbox[2], x);
      this.#bbox[3] = Math.max(this.#bbox[3], y);
      if (at > 0) metres += metresBetween(latitudes[at - 1] as number, longitudes[at - 1] as number, y, x);
    }
    return metres;
  }

  toParquet(): Uint8Array {
    const rows = this.rows;
    const none = { rows, nulls: new Uint8Array(rows), nullCount: 0 };
    const values: ColumnValues[] = [
      this.#ids.values,
      { ...none, values: Int32Array.from(this.#points) },
      { ...none, values: Float64Array.from(this.#lengths) },
      this.#lines.values,
    ];
    const bbox = this.#bbox[0] <= this.#bbox[2] ? this.#bbox : undefined;
    return writeParquet({
      columns: LINE_COLUMNS,
      values,
      metadata: { geo: geoMetadata('geometry', ['LineString'], bbox) },
    });
  }
}

function placesOf(
  a: Float64Array,
  b: Float64Array,
  count: number,
): { longitudes: Float64Array; latitudes: Float64Array } {
  const latitudes = new Float64Array(count);
  const longitudes = new Float64Array(count);
  let places = 0;
  for (let row = 0; row < count; row++) {
    const [latitude, longitude] = [a[row] as number, b[row] as number];
    if (Number.isNaN(latitude + longitude)) continue;
    latitudes[places] = latitude;
    longitudes[places++] = longitude;
  }
  return { longitudes: longitudes.subarray(0, places), latitudes: latitudes.subarray(0, places) };
}
