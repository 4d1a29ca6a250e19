import { Readable } from 'node:stream';
import { PDF_MEDIA_TYPE, PdfFailed, renderPdf, type PdfRequest } from '../render/pdf';
import { Refused } from './refused';

/** A document as a file to be saved. */
export interface DocumentFile {
  /** `8D-CA-7-2026-11-28.pdf` */
  fileName: string;
  mediaType: string;
  /** To be read to its end or destroyed. */
  content: Readable;
}

/**
 * A document as PDF.
 * @param name of the file, without its ending
 * @throws Refused `full` (`too_many_documents`) while too many others are being made
 */
export async function pdfFile(request: PdfRequest, name: string): Promise<DocumentFile> {
  try {
    const pdf = await renderPdf(request);
    return { fileName: `${name}.pdf`, mediaType: PDF_MEDIA_TYPE, content: Readable.from([pdf]) };
  } catch (error) {
    if (!(error instanceof PdfFailed) || (error.why !== 'busy' && error.why !== 'late')) throw error;
    const words = { zh: '正在生成的文件太多，请过一会儿再试', en: 'too many documents are being made; try again soon' };
    throw new Refused('full', 'too_many_documents', words, { retryAfterSeconds: 5 });
  }
}
