import type { ProgressView } from '../../../cases';
import { isCaseNumber, isUuid, readCaseNumber } from '../../../domain/basics/ids';
import type { Words } from '../../../domain/basics/types';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { isSmallPicture, sendEvidence } from '../../middleware/download';
import type { PageRoute } from '../kit/page';
import { param, queried } from '../kit/request';
import type { Wording } from '../kit/wording';
import type { PageNeeds } from './page';

/** Kinds of files in words, by the beginning of their media type; the first that fits. */
const KINDS: readonly [string, Words][] = [
  ['image/', { zh: '图片', en: 'picture' }],
  ['video/', { zh: '视频', en: 'video' }],
  ['audio/', { zh: '录音', en: 'sound' }],
  ['application/pdf', { zh: 'PDF 文件', en: 'PDF' }],
  ['text/', { zh: '文本', en: 'text' }],
  ['message/', { zh: '邮件', en: 'e-mail' }],
  ['application/vnd.ms-outlook', { zh: '邮件', en: 'e-mail' }],
  ['application/octet-stream', { zh: '文件', en: 'file' }],
  ['', { zh: '文档', en: 'document' }],
];

/** What kind of file it is, in words. */
export const kindOf = (mediaType: string): Words =>
  KINDS.find(([beginning]) => mediaType.startsWith(beginning))?.[1] ?? { zh: '文件', en: 'file' };

/** The size of a file as people read it: 1 KB, 640 KB, 2.4 MB. */
export const sizeOf = (bytes: number): string =>
  bytes < 1024 * 1024
    ? `${Math.max(1, Math.round(bytes / 1024))} KB`
    : `${(bytes / 1024 / 1024).toFixed(1).replace('.0', '')} MB`;

/**
 * The files that a customer has sent, for a page of their complaint: pictures are shown small, of others their kind.
 * @param code the access code, which the addresses of the files carry
 */
export const ownFiles = (
  { caseNo, files = [] }: Pick<ProgressView, 'caseNo' | 'files'>,
  code: string,
  { language, now }: Wording,
): Context[] =>
  files.map(({ evidenceId, fileName, mediaType, bytes, addedAt }) => ({
    name: fileName,
    href: `/p/${caseNo}/files/${evidenceId}?code=${encodeURIComponent(code)}`,
    isPicture: isSmallPicture({ mediaType, bytes }),
    kind: inLanguage(kindOf(mediaType), language),
    about: `${sizeOf(bytes)} · ${pageTime(addedAt, language, now)}`,
  }));

/** The address at which a customer's own file is handed out to them, and to nobody without their code. */
export function ownFilesPage({ intake, answers }: PageNeeds): PageRoute[] {
  return [
    {
      method: 'get',
      path: '/p/:caseNo/files/:evidenceId',
      who: 'code',
      about: { zh: '客户自己发来的一个文件', en: 'a file that the customer sent' },
      async handle(req, res) {
        const [caseNo, evidenceId] = [readCaseNumber(param(req, 'caseNo')), param(req, 'evidenceId')];
        const code = queried(req, 'code');
        const known = isCaseNumber(caseNo) && isUuid(evidenceId) && code !== '';
        const own = known ? await intake.open(caseNo, code, evidenceId) : undefined;
        if (!own) return answers.unknown(req, res);
        await sendEvidence(res, own.file, own.content, { inPlace: true });
      },
    },
  ];
}
