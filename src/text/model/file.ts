import { createHash } from 'node:crypto';

/** A file of a model: a mark of four letters, the length of a head in JSON (four bytes, big-endian), the head, and bytes. */
export function writeParts(mark: string, head: object, bytes: readonly Uint8Array[]): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([Buffer.from(mark), length, json, ...bytes]);
}

/** The head of such a file, not yet checked, and its bytes; undefined: it begins with another mark. */
export function readParts(mark: string, file: Buffer): { head: unknown; bytes: Buffer } | undefined {
  if (file.subarray(0, mark.length).toString() !== mark) return undefined;
  const from = mark.length + 4 + file.readUInt32BE(mark.length);
  return { head: JSON.parse(file.subarray(mark.length + 4, from).toString()) as unknown, bytes: file.subarray(from) };
}

/** Weights as they stand in a file. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: Int8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** Weights out of a file's bytes. */
export const weightsIn = ({ buffer, byteOffset }: Buffer, size: number): Int8Array =>
  new Int8Array(buffer, byteOffset, size);

/** Eight digits that change with every byte of a file. */
export const versionOf = (file: Uint8Array): string => createHash('sha256').update(file).digest('hex').slice(0, 8);
