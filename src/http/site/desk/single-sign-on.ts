import type { Kept } from '../../../cases';
import { queried } from '../kit/request';
import type { DeskNeeds } from './page';
import type { DeskRoute } from './route';
import { safeTarget } from './session';
import { comingIn, senderOf } from './sign-in';

/** Signing in by the identity provider of the house; without one, none of these addresses is there. */
export function singleSignOnPage(needs: DeskNeeds): DeskRoute[] {
  const { show, enter } = comingIn(needs);
  const { cases, answers, cookies } = needs;
  const { signIn } = cases;

  return [
    {
      method: 'get',
      path: '/desk/sso',
      who: 'anybody',
      about: { zh: '去企业账号系统登录', en: 'on to the identity provider' },
      async handle(req, res) {
        const { singleSignOn } = signIn;
        if (!singleSignOn) return answers.message(req, res, 404, 'nowhere');
        const to = safeTarget(queried(req, 'to'));
        const begun = await singleSignOn.begin();
        if (begun.is === 'wrong') return show(req, res, 503, to, { fault: begun.words });
        cookies.keepTrip(res, { ...begun.kept, to });
        res.redirect(303, begun.url);
      },
    },
    {
      method: 'get',
      path: '/desk/sso/callback',
      who: 'anybody',
      about: { zh: '从企业账号系统回来', en: 'back from the identity provider' },
      async handle(req, res) {
        const { singleSignOn } = signIn;
        if (!singleSignOn) return answers.message(req, res, 404, 'nowhere');
        const trip = cookies.trip(req);
        // Good for one way there and back.
        cookies.forgetTrip(res);
        const to = safeTarget(trip?.to ?? '');
        const kept: Kept | undefined = trip && { state: trip.state, nonce: trip.nonce, verifier: trip.verifier };
        const query = req.originalUrl.split('?')[1] ?? '';
        const entry = await singleSignOn.finish(query, kept, senderOf(req));
        enter(req, res, entry, to, (fault) => show(req, res, 422, to, { fault }));
      },
    },
  ];
}
