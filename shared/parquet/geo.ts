/** GeoParquet 1.1: well-known binary (OGC 06-103r4, 8.2) and the `geo` key. Coordinates are WGS 84, longitude first. */
const LITTLE_ENDIAN = 1;
const TYPES = { Point: 1, LineString: 2, Polygon: 3, MultiPolygon: 6 } as const;
export type GeometryType = keyof typeof TYPES;
const POINT_BYTES = 21;

export function pointWkb(longitude: number, latitude: number): Uint8Array {
  const wkb = Buffer.allocUnsafe(POINT_BYTES);
  wkb.writeUInt8(LITTLE_ENDIAN, 0);
  wkb.writeUInt32LE(TYPES.Point, 1);
  wkb.writeDoubleLE(longitude, 5);
  wkb.writeDoubleLE(latitude, 13);
  return wkb;
}

export function lineWkb(longitudes: ArrayLike<number>, latitudes: ArrayLike<number>): Uint8Array {
  const wkb = Buffer.allocUnsafe(9 + 16 * longitudes.length);
  wkb.writeUInt8(LITTLE_ENDIAN, 0);
  wkb.writeUInt32LE(TYPES.LineString, 1);
  wkb.writeUInt32LE(longitudes.length, 5);
  for (let index = 0; index < longitudes.length; index++) {
    wkb.writeDoubleLE(longitudes[index] as number, 9 + 16 * index);
    wkb.writeDoubleLE(latitudes[index] as number, 17 + 16 * index);
  }
  return wkb;
}

type Ring = readonly (readonly [number, number, ...number[]])[];

export function polygonWkb(rings: readonly Ring[]): Uint8Array {
  const parts = rings.map((ring) => {
    const part = Buffer.allocUnsafe(4 + 16 * ring.length);
    part.writeUInt32LE(ring.length, 0);
    for (const [index, [longitude, latitude]] of ring.entries()) {
      part.writeDoubleLE(longitude, 4 + 16 * index);
      part.writeDoubleLE(latitude, 12 + 16 * index);
    }
    return part;
  });
  return Buffer.concat([header(TYPES.Polygon, rings.length), ...parts]);
}

export function multiPolygonWkb(polygons: readonly (readonly Ring[])[]): Uint8Array {
  return Buffer.concat([header(TYPES.MultiPolygon, polygons.length), ...polygons.map(polygonWkb)]);
}

function header(type: number, count: number): Buffer {
  const bytes = Buffer.allocUnsafe(9);
  bytes.writeUInt8(LITTLE_ENDIAN, 0);
  bytes.writeUInt32LE(type, 1);
  bytes.writeUInt32LE(count, 5);
  return bytes;
}

/** The value of the file's `geo` key. */
export function geoMetadata(
  column: string,
  types: readonly GeometryType[],
  bbox?: readonly [number, number, number, number],
): string {
  return JSON.stringify({
    version: '1.1.0',
    primary_column: column,
    columns: { [column]: { encoding: 'WKB', geometry_types: types, ...(bbox && { bbox }) } },
  });
}
