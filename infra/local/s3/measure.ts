import { createHash } from 'node:crypto';
import { type Checksum, type ChecksumAlgorithm, createDigest } from './checksum.ts';
import { S3Error } from './s3-error.ts';

export interface Measured {
  readonly size: number;
  /** Hex. */
  readonly md5: string;
  /** Hex; measured on demand only. */
  readonly sha256?: string | undefined;
  readonly checksum?: Checksum | undefined;
}

/** A stream of bytes and, once it has been read to its end, what was measured on the way. */
export interface Payload {
  readonly chunks: AsyncIterable<Uint8Array>;
  measured(): Measured;
}

export interface MeasureOptions {
  /** Throws EntityTooLarge above. */
  readonly limitBytes: number;
  readonly algorithm?: ChecksumAlgorithm | undefined;
  readonly sha256?: boolean;
  /** Counts along, also when the bytes are refused in the end. */
  readonly tally?: { bytesIn: number };
}

/** Measures chunks while they pass; none is kept. */
export function measure(source: AsyncIterable<Uint8Array>, options: MeasureOptions): Payload {
  let measured: Measured | undefined;

  async function* chunks(): AsyncGenerator<Uint8Array> {
    const meter = createMeter(options);
    for await (const chunk of source) {
      meter.update(chunk);
      yield chunk;
    }
    measured = meter.end();
  }

  return {
    chunks: chunks(),
    measured() {
      if (!measured) throw new Error('A payload is measured once it has been read to its end.');
      return measured;
    },
  };
}

function createMeter(options: MeasureOptions): { update(chunk: Uint8Array): void; end(): Measured } {
  const { algorithm, limitBytes } = options;
  const md5 = createDigest('MD5');
  const digest = algorithm && createDigest(algorithm);
  const sha256 = options.sha256 ? createHash('sha256') : undefined;
  let size = 0;
  return {
    update(chunk) {
      size += chunk.length;
      if (options.tally) options.tally.bytesIn += chunk.length;
      if (size > limitBytes) throw new S3Error('EntityTooLarge', { details: { MaxSizeAllowed: limitBytes } });
      md5.update(chunk);
      digest?.update(chunk);
      sha256?.update(chunk);
    },
    end: () => ({
      size,
      md5: md5.bytes().toString('hex'),
      sha256: sha256?.digest('hex'),
      checksum:
        algorithm && digest
          ? { algorithm, value: digest.bytes().toString('base64'), type: 'FULL_OBJECT' }
          : undefined,
    }),
  };
}
