import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What a reader of PDFs finds in one: its pages as text, and its title. */
export function pdfText(pdf: Buffer): { pages: string[]; title: string } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(__dirname, 'read-pdf.mjs')], { input: pdf });
  if (status !== 0) throw new Error(stderr.toString());
  return JSON.parse(stdout.toString()) as { pages: string[]; title: string };
}
