import type { ProposalView, WayOn } from '../../../cases';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { offerContext } from './progress-context';
import { sayIn, type Wording } from '../kit/wording';
import { handlerContext, offerReady, wayOn } from './words';

/**
 * What the template `proposal` is given.
 * @param url the page itself
 * @param input `declining`: the form asks for the reason of a no; `reason`: what was typed there
 */
export function proposalContext(
  view: ProposalView & WayOn,
  url: string,
  wording: Wording,
  input: { declining: boolean; reason: string },
): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  const when = view.answeredAt ? pageTime(view.answeredAt, language, now) : '';
  const heading = {
    open: input.declining ? say('不接受这个方案', 'Decline this solution') : offerReady(view, language),
    accepted: say(`您已接受方案 · ${when}`, `You have accepted this solution · ${when}`),
    declined: say(`您没有接受方案 · ${when}`, `You have declined this solution · ${when}`),
    over: say('这个方案已不再有效', 'This solution no longer stands'),
  }[view.status];
  return {
    narrow: true,
    caseNo: view.caseNo,
    heading,
    ...handlerContext(view, language),
    next: {
      open: null,
      accepted: say(
        '接下来我们按方案办理，办完给您处理结果，再请您评分。办到哪一步，进展页上随时可以看。',
        'We now carry the solution out, tell you the result and ask you to rate us. The progress page shows each step.',
      ),
      declined: say(
        '负责人会看您的想法，联系您并再提一个方案。办到哪一步，进展页上随时可以看。',
        'Your handler reads what you wrote, contacts you and offers something else. The progress page shows each step.',
      ),
      over: say('现在办到哪一步，请看进展页。', 'The progress page shows how your complaint stands now.'),
    }[view.status],
    findUrl: wayOn(view, language),
    open: view.status === 'open',
    declining: input.declining,
    reason: input.reason,
    offer: offerContext(view, url, wording),
  };
}
