import type * as Clock from '../../workflows/shared/clock';

/** The same story live and in a replay, where the SDK tells other times: what a workflow does next must not differ. */
function story(taskTimes: { answer: number; fired: number }): number[] {
  let taskTime = 1_000;
  const spy = jest.spyOn(Date, 'now').mockImplementation(() => taskTime);
  let told: number[] = [];
  jest.isolateModules(() => {
    const { activityAnswered, nowMs, timerFired } = jest.requireActual<typeof Clock>('../../workflows/shared/clock');
    told = [nowMs()];
    const began = nowMs();
    taskTime = taskTimes.answer;
    activityAnswered(began, 400);
    told.push(nowMs());
    taskTime = 9_000;
    told.push(nowMs());
    taskTime = taskTimes.fired;
    timerFired(12_000);
    told.push(nowMs());
  });
  spy.mockRestore();
  return told;
}

test('an activity that outlived its task, and a timer on a worker that rebuilt the case: one time', () => {
  const live = story({ answer: 6_000, fired: 12_000 });
  expect(live).toEqual([1_000, 1_400, 9_000, 12_000]);
  // In a replay the answer comes at the time of the first task, and the timer at that of the task before it.
  expect(story({ answer: 1_000, fired: 9_000 })).toEqual(live);
});

test('an answer from before activities said how long they took: the time is the task’s, as it was then', () => {
  const spy = jest.spyOn(Date, 'now').mockReturnValue(5_000);
  jest.isolateModules(() => {
    const { activityAnswered, nowMs } = jest.requireActual<typeof Clock>('../../workflows/shared/clock');
    activityAnswered(1_000, undefined);
    expect(nowMs()).toBe(5_000);
  });
  spy.mockRestore();
});

test('what is worked out anew is told the time that was recorded, and nothing after it is', () => {
  const spy = jest.spyOn(Date, 'now').mockReturnValue(5_000);
  jest.isolateModules(() => {
    const { asOf, nowMs } = jest.requireActual<typeof Clock>('../../workflows/shared/clock');
    expect(asOf(3_000, nowMs)).toBe(3_000);
    expect(() =>
      asOf(3_000, () => {
        throw new Error('refused');
      }),
    ).toThrow('refused');
    expect(nowMs()).toBe(5_000);
  });
  spy.mockRestore();
});
