import { isRefused, Refused } from '../../../cases';
import { isCaseNumber, readCaseNumber } from '../../../domain/basics/ids';
import { freeText } from '../../../domain/basics/free-text';
import { faultsOf, type Fault } from '../../../domain/basics/faults';
import type { Words } from '../../../domain/basics/types';
import type { Staff } from '../../../domain/case/permissions';
import { withContent, type FormFile } from '../kit/form-data';
import { field, param } from '../kit/request';
import { DRAFT } from './drafts';
import { asRefused, showingAgain, typedIn, type ShowAgain } from './deciding';
import { formIn, MOST_FILES } from './files';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { actorIn } from './session';

/** Characters of a note. */
const NOTE = 2_000;

/**
 * The address to which the form of `addEvidence` sends its files. Each is taken or refused by itself; what was refused is
 * said file by file, beside what was taken.
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
    about: { zh: '添加证据文件', en: 'adds files to its evidence' },
    takesFiles: true,
    async handle(req, res) {
      const caseNo = readCaseNumber(param(req, 'caseNo'));
      if (!isCaseNumber(caseNo)) return answers.message(req, res, 404, 'unknown');
      const [actor, typed] = [actorIn(res), typedIn(req)];
      const { files, moreFiles } = formIn(res);
      const note = freeText(NOTE)
        .optional()
        .safeParse(field(req, 'note').trim() || undefined, { reportInput: true });
      const faults = note.success ? [] : faultsOf(note.error).map(({ words }) => ({ path: 'note', words }));
      if (files.length === 0)
        faults.unshift({ path: 'evidenceId', words: { zh: '请选文件', en: 'please choose a file' } });
      try {
        const seen = await cases.evidence.admit(caseNo, { staff: actor });
        if (files.length === 0 || !note.success) return await again(req, res, 422, { decision, typed, faults });
        const kept = await keepAll(files, (file) => keep(cases.evidence, seen, actor, file, note.data));
        const refused = kept.flatMap((one) => ('because' in one ? [one] : []));
        const taken = kept.flatMap((one) => ('because' in one ? [] : [one]));
        const [first] = refused;
        if (!first && !moreFiles) {
          await cases.formDrafts.remove(field(req, DRAFT), actor);
          if (taken.some(({ status }) => status === 'accepted'))
            return answers.message(req, res, 202, 'accepted', `/desk/cases/${caseNo}`);
          return res.redirect(303, `/desk/cases/${caseNo}?done=${decision}`);
        }
        if (first && kept.length === 1) return await again(req, res, first.as, { decision, typed, ...first });
        await again(req, res, first?.as ?? 422, {
          decision,
          typed,
          faults: [...refused.map(named), ...(moreFiles ? [{ path: '', words: MORE }] : [])],
          taken: taken.map(({ name }) => name),
        });
      } catch (error) {
        await again(req, res, ...asRefused(error, decision, typed));
      }
    },
  };
}

const decision = 'addEvidence';

/** What became of a file. `as`: the status of the answer if it was the only one. */
type Kept =
  | { name: string; status: 'taken' | 'accepted' }
  | { name: string; because: { code: string; words: Words }; faults?: readonly Fault[]; as: number; isAway: boolean };

/** Keeps one file after the other. When the case takes none at the moment, no further one is tried. */
async function keepAll(files: readonly FormFile[], keepOne: (file: FormFile) => Promise<Kept>): Promise<Kept[]> {
  const all: Kept[] = [];
  for (const file of files) {
    const last = all.at(-1);
    all.push(last && 'because' in last && last.isAway ? { ...last, name: file.fileName } : await keepOne(file));
  }
  return all;
}

/** Puts a file into the case. @throws every error that is no refusal */
async function keep(
  evidence: DeskNeeds['cases']['evidence'],
  seen: Parameters<typeof evidence.add>[0],
  actor: Staff,
  file: FormFile,
  note: string | undefined,
): Promise<Kept> {
  const { fileName: name, declaredType, fault } = file;
  if (fault === 'failed') return { name, because: NO_ROOM, as: 507, isAway: false };
  try {
    // Of a file that is too large its first bytes lie there, one more than may be.
    const { status } = await withContent(file, (content) =>
      evidence.add(
        seen,
        { staff: actor },
        { fileName: name, declaredType, content, note: () => Promise.resolve(note) },
      ),
    );
    return { name, status };
  } catch (error) {
    const [as, { because, faults }] = asRefused(aboutForm(error), decision, new Map());
    if (!because) throw error;
    return { name, because, as, isAway: as === 503 || as === 507, ...(faults && { faults }) };
  }
}

/** Why a file was refused, said with its name. */
const named = ({ name, because: { words } }: Extract<Kept, { because: unknown }>): Fault => ({
  path: '',
  words: { zh: `“${name}”：${words.zh}`, en: `“${name}”: ${words.en}` },
});

const MORE: Words = {
  zh: `一次最多 ${MOST_FILES} 个文件，其余的没有收下；请分几次添加`,
  en: `at most ${MOST_FILES} files at once, the rest was not taken; add them in several goes`,
};

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
