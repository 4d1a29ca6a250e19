import { OLD_SECRET_MS, Refused } from '../../cases';
import type { InboundHook, Stores } from '../../db';
import { isUuid } from '../../domain/basics/ids';
import { isFresh } from '../signed-moment';
import { isSigned, type Post } from './signature';

interface Needs {
  hooks: Pick<Stores['inboundHooks'], 'get'>;
  /** The secret of a hook in this generation. */
  secretOf: (hookId: string, generation: number) => string;
  clock: () => number;
}

/** The hook of a post that is signed and of now. @throws Refused `unauthenticated` */
export type Admission = (post: Post) => Promise<InboundHook>;

/** Builds `Admission`. */
export function createAdmission({ hooks, secretOf, clock }: Needs): Admission {
  /** Always two, so that no answer comes sooner than another. */
  function secretsOf(hook: InboundHook | undefined): [string, string] {
    if (!hook) return [secretOf('none', 1), secretOf('none', 1)];
    const { id, generation, rotatedAt } = hook;
    const isOldTaken = rotatedAt !== undefined && clock() < Date.parse(rotatedAt) + OLD_SECRET_MS;
    return [secretOf(id, generation), secretOf(id, isOldTaken ? generation - 1 : generation)];
  }

  return async (post) => {
    const found = isUuid(post.hookId) ? await hooks.get(post.hookId) : undefined;
    const hook = found?.isOn === true ? found : undefined;
    const isRight = isSigned(post, secretsOf(hook));
    if (!hook || !isRight) throw notSigned();
    if (!isFresh(post.timestamp ?? '', clock())) throw notOfNow();
    return hook;
  };
}

const notSigned = (): Refused =>
  new Refused('unauthenticated', 'not_signed', {
    zh: '没有这个对接口，它已停用，或签名不对；请核对地址、密钥和签名',
    en: 'there is no such hook, it is off, or the signature is wrong; check the address, the secret and the signature',
  });
const notOfNow = (): Refused =>
  new Refused('unauthenticated', 'timestamp', {
    zh: '签名的时间与现在相差超过 5 分钟；请校准时钟，用现在的时间重新签名',
    en: 'the signed time is more than 5 minutes from now; set the clock right and sign with the time of now',
  });
