import { isUuid } from '../../domain/basics/ids';
import { type Cases, notFound, type Uploader } from '../../cases';
import { sendEvidence } from '../middleware/download';
import { CODE_ANSWERS, codeOf } from './customer-answers';
import { readUpload } from './multipart';
import { reply, route, type Call, type Route } from './route';
import * as schemas from './schemas';

/**
 * Who uploads: staff, if a token was sent; else the customer.
 * @throws Refused `notFound` (404) with neither token nor code
 */
const uploader = (call: Call<unknown, unknown>): Uploader =>
  call.staff ? { staff: call.staff } : { code: codeOf(call) };

/**
 * Uploading and downloading the files of a case. Neither has a time limit: that depends on the client's line, and
 * middleware/pace.ts ends bodies that are too slow.
 * @param maxBytes largest file that is taken
 */
export function evidenceRoutes(cases: Pick<Cases, 'evidence'>, maxBytes: number): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/complaints/:caseNo/evidence',
      tag: 'complaints',
      id: 'addEvidenceFile',
      summary: 'Upload a file as evidence',
      access: 'code+staff',
      multipart: {
        file: 'image, PDF, audio, video, text, office document or mail',
        fields: { note: 'what it shows, up to 2,000 characters' },
      },
      answers: {
        201: { about: 'Stored and in the case', schema: schemas.EvidenceAdded },
        202: { about: 'Stored; in the case as soon as a worker takes it', schema: schemas.EvidenceAdded },
        ...CODE_ANSWERS,
        409: { about: 'The case is archived or has enough files' },
        413: { about: 'The file is too large' },
        507: { about: 'No room left' },
      },
      timeLimitMs: 0,
      async handle(call) {
        const by = uploader(call);
        const seen = await cases.evidence.admit(call.params.caseNo, by);
        const added = await readUpload(call.request, maxBytes, (file) => cases.evidence.add(seen, by, file));
        return reply(added.status === 'taken' ? 201 : 202, added);
      },
    }),
    route({
      method: 'get',
      path: '/api/complaints/:caseNo/evidence/:evidenceId',
      tag: 'complaints',
      id: 'getEvidenceFile',
      summary: 'Download a file',
      access: 'colleague',
      answers: {
        200: { about: 'The bytes, never to be shown in a browser', mediaType: 'application/octet-stream' },
        404: { about: 'No such file, or not yours to see' },
      },
      timeLimitMs: 0,
      async handle({ params, staff, response }) {
        if (!staff || !isUuid(params.evidenceId)) throw notFound({ zh: '文件', en: 'file' });
        const { file, content } = await cases.evidence.open(params.caseNo, params.evidenceId, staff);
        await sendEvidence(response, file, content);
        return undefined;
      },
    }),
  ];
}
