/** Words that alter what others say: negators, breaks, near misses. */

/** Words that begin a new statement inside a sentence. */
export const CLAUSE_BREAKERS = /但|却|然而|不过|结果|反而|\bbut\b|\bhowever\b|\byet\b|\balthough\b|\bthough\b/g;
export const NEGATORS =
  /没有|没|未|并无|无人|无|不是|不会|不曾|不可能|不必|不用|不想|避免|免得|以防|防止|别再|不要|而非|\b(?:no|not|never|nobody|none|without|neither|nor|no one|cannot|zero|avoid|prevent|instead of)\b|n't\b/g;
/** They contain a negator and deny nothing. */
export const NEGATOR_TRAPS =
  /没想到|没多久|没过|没几|没半|没一|没两|没三|没用|没法|没事|没完|没开|没到|没修|没装|没插|没注意|未来|无法|无故|无缘|无理|无奈|无良|无语|不是一次|不是第一次|not only|not just|no sooner|no wonder|can't believe|couldn't believe|no idea|not once|no reason|no warning|not the first/g;
/** Between a negator and a word they end the negator's reach. */
export const NEGATION_BREAKERS =
  /就|导致|引起|引发|造成|以至|以致|才|因为|所以|居然|竟|突然|都|又|还|仍|\b(?:because|and|when|after|until|then|before|so|which|that|since|while|still|if|or|i'll|i will|we will)\b/;
export const NEAR_MISS = /差点|险些|几乎|差一点|\b(?:almost|nearly|narrowly|could have)\b/;
