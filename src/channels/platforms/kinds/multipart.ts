import { randomBytes } from 'node:crypto';

/** A form with one file, and fields before it. Names and values are ours, so that nothing in them has to be escaped. */
export function multipart(
  field: string,
  file: { fileName: string; type: string; content: Buffer },
  fields: Readonly<Record<string, string>> = {},
): { headers: Record<string, string>; body: Buffer } {
  const boundary = `redress-${randomBytes(16).toString('hex')}`;
  const part = (name: string): string => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`;
  const before = Object.entries(fields).map(([name, value]) => `${part(name)}\r\n\r\n${value}\r\n`);
  const head = `${part(field)}; filename="${file.fileName}"\r\nContent-Type: ${file.type}\r\n\r\n`;
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(before.join('') + head), file.content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}
