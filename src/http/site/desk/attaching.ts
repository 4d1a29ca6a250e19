import { createReadStream } from 'node:fs';
import { isRefused, Refused } from '../../../cases';
import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import { freeText } from '../../../domain/basics/free-text';
import { faultsOf } from '../../../domain/basics/faults';
import { field, param } from '../kit/request';
import { DRAFT } from './drafts';
import { asRefused, showingAgain, typedIn, type ShowAgain } from './deciding';
import { formIn } from './files';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn } from './session';

/** Characters of a note. */
const NOTE = 2_000;

/**
 * The address to which the form of `addEvidence` sends its file.
 * @param showAgain shows the case with the form as it was filled in, and says what stands against it
 */
export function attachingRoute(
  { cases, answers }: Pick<DeskNeeds, 'cases' | 'answers'>,
  showAgain: ShowAgain,
): DeskRoute {
  const again = showingAgain(cases, showAgain);
  return {
    method: 'post',
    path: '/desk/cases/:caseNo/evidence',
    who: 'colleague',
    about: { zh: '添加一份证据文件', en: 'adds a file to its evidence' },
    takesFiles: true,
    async handle(req, res) {
      const caseNo = readCaseNumber(param(req, 'caseNo'));
      if (!isCaseNumber(caseNo)) return answers.message(req, res, 404, 'unknown');
      const decision = 'addEvidence';
      const [actor, typed] = [actorIn(res), typedIn(req)];
      const [file] = formIn(res).files;
      const note = freeText(NOTE)
        .optional()
        .safeParse(field(req, 'note').trim() || undefined, { reportInput: true });
      const faults = note.success ? [] : faultsOf(note.error).map(({ words }) => ({ path: 'note', words }));
      if (file === undefined)
        faults.unshift({ path: 'evidenceId', words: { zh: '请选文件', en: 'please choose a file' } });
      try {
        const seen = await cases.evidence.admit(caseNo, { staff: actor });
        if (file === undefined || !note.success) return await again(req, res, 422, { decision, typed, faults });
        if (file.fault === 'failed') return await again(req, res, 507, { decision, typed, because: NO_ROOM });
        const { status } = await cases.evidence.add(
          seen,
          { staff: actor },
          {
            fileName: file.fileName,
            declaredType: file.declaredType,
            // Of a file that is too large its first bytes lie there, one more than may be.
            content: createReadStream(file.path),
            note: () => Promise.resolve(note.data),
          },
        );
        await cases.formDrafts.remove(field(req, DRAFT), actor);
        if (status === 'accepted') return answers.message(req, res, 202, 'accepted', `/desk/cases/${caseNo}`);
        res.redirect(303, `/desk/cases/${caseNo}?done=${decision}`);
      } catch (error) {
        await again(req, res, ...asRefused(aboutForm(error), decision, typed));
      }
    },
  };
}

/** What is wrong with the file itself is said as a whole: the API calls it `file`, the form does not. */
function aboutForm(error: unknown): unknown {
  const fault = isRefused(error, 'invalid') ? error.details.faults?.find(({ path }) => path === 'file') : undefined;
  return fault
    ? new Refused('invalid', 'bad_file', {
        zh: `文件${fault.words.zh}，没有收下；请换一个再传`,
        en: `the file ${fault.words.en}, so it was not taken; choose another one`,
      })
    : error;
}

const NO_ROOM = {
  code: 'no_room',
  words: {
    zh: '文件没有存下，磁盘暂时没有空间；请过一会儿再传',
    en: 'the file was not kept, there is no room at the moment; send it again later',
  },
};
