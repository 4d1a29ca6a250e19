import { RateMeter } from '../../src/runtime/rate-meter';

test('a rate is that of the fuller of this second and the last, and is forgotten after', () => {
  let now = 10_000;
  const meter = new RateMeter(() => now);
  for (let n = 0; n < 40; n++) meter.count();
  expect(meter.perSecond).toBe(40);
  now = 11_100;
  meter.count();
  expect(meter.perSecond).toBe(40);
  now = 12_000;
  expect(meter.perSecond).toBe(1);
  now = 20_000;
  expect(meter.perSecond).toBe(0);
});
