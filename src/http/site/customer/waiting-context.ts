import type { Context } from '../../../render/engine';
import { inLanguage } from '../../../render/words';
import { sendEvidence, SMALL_BYTES } from '../../middleware/download';
import type { PageRoute } from '../kit/page';
import { param } from '../kit/request';
import type { Wording } from '../kit/wording';
import { kindOf, sizeOf } from './own-files';
import type { PageNeeds } from './page';
import type { JoinedForm, Waiting } from './waiting-files';

/** What became of the files of a form that is shown again: they wait for it, or are to be chosen again. */
export interface WaitingOrLost {
  waiting?: Waiting | undefined;
  filesLost: boolean;
}

/** Has the files of a form wait that is shown again. One that did not come whole is to be chosen again in any case. */
export async function waitingOrLost(form: JoinedForm): Promise<WaitingOrLost> {
  const waiting = await form.wait();
  return { waiting, filesLost: form.missing || form.files.length > (waiting?.files.length ?? 0) };
}

/** The files that wait, as the part `waiting-files` shows them; null: none do. */
export const waitingContext = (waiting: Waiting | undefined, { language }: Wording): Context | null =>
  waiting
    ? {
        ticket: waiting.ticket,
        files: waiting.files.map(({ fileName, declaredType, bytes, isPicture }, index) => ({
          index,
          name: fileName,
          picture: isPicture && bytes <= SMALL_BYTES ? `/complain/waiting/${waiting.ticket}/${index}` : null,
          kind: inLanguage(kindOf(declaredType), language),
          size: sizeOf(bytes),
        })),
      }
    : null;

/** The address at which a picture that waits is shown, to whoever has the form that it waits for. */
export function waitingPage({ waiting, answers }: PageNeeds): PageRoute[] {
  return [
    {
      method: 'get',
      path: '/complain/waiting/:ticket/:index',
      who: 'link',
      about: {
        zh: '没有提交成功的表单里的一张图片，在等表单再提交',
        en: 'a picture of a form that was refused, which waits for it to be sent again',
      },
      async handle(req, res) {
        const index = param(req, 'index');
        const found = /^\d$/.test(index) ? waiting.picture(param(req, 'ticket'), Number(index)) : undefined;
        if (!found) return answers.message(req, res, 404, 'unknown');
        await sendEvidence(res, found.file, found.content, { inPlace: true });
      },
    },
  ];
}
