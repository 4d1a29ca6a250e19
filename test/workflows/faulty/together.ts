import { Turns } from '../../../workflows/shared/activities';

/** Makes the mistake that `Turns` has to stop: it starts two side effects of one workflow at once, in one turn. */
export async function together(): Promise<string> {
  const measure = { cause: 'design', from: '2026-01-01T00:00:00.000Z', middle: '', to: '' } as const;
  await new Turns().inTurn(({ measureEffect }) => Promise.all([measureEffect(measure), measureEffect(measure)]));
  return 'nobody stopped it';
}

/** Does the same rightly: each side effect in a turn of its own. */
export async function oneByOne(): Promise<string> {
  const measure = { cause: 'design', from: '2026-01-01T00:00:00.000Z', middle: '', to: '' } as const;
  const turns = new Turns();
  const found = await Promise.all([
    turns.inTurn(({ measureEffect }) => measureEffect(measure)),
    turns.inTurn(({ measureEffect }) => measureEffect(measure)),
  ]);
  return found.map(({ after }) => after).join();
}
