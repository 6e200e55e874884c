import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Painter } from '../../../src/ui/terminal/painter.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const painterAt = () => {
  const draw = vi.fn<() => void>();
  return { draw, painter: new Painter(draw, () => Date.now()) };
};

/** Lets what was asked for at the end of the turn happen. */
const turn = (): Promise<void> => Promise.resolve();

test('draws a lone change at the end of its turn, however many parts it has', async () => {
  const { draw, painter } = painterAt();
  painter.request();
  painter.request();
  expect(draw).not.toHaveBeenCalled();
  await turn();
  expect(draw).toHaveBeenCalledTimes(1);
});

test('draws a storm of changes once a frame, and the last of them too', async () => {
  const { draw, painter } = painterAt();
  for (let ms = 0; ms < 160; ms += 1) {
    painter.request();
    await vi.advanceTimersByTimeAsync(1);
  }
  await vi.advanceTimersByTimeAsync(100);
  expect(draw.mock.calls.length).toBeGreaterThanOrEqual(9);
  expect(draw.mock.calls.length).toBeLessThanOrEqual(11);
});

test('draws what a key changed at once, even right after another frame, and not once more', async () => {
  const { draw, painter } = painterAt();
  painter.request();
  await turn();
  painter.request();
  painter.flush();
  expect(draw).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(100);
  expect(draw).toHaveBeenCalledTimes(2);
});

test('draws nothing once it is closed', async () => {
  const { draw, painter } = painterAt();
  painter.request();
  painter.close();
  await vi.advanceTimersByTimeAsync(100);
  expect(draw).not.toHaveBeenCalled();
});
