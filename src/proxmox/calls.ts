import type { Parameters, CallLog, CallRecord, Method } from './types.ts';
import { wireTexts } from './encoding.ts';

const capacity = 1000;
const windowSeconds = 60;
const longestValue = 200;

/** Names of parameters whose values nobody may read, wherever the API takes them. */
const secretName =
  /(?:^|[-_])(?:password|passphrase|passwd|secret|token|ticket|vncticket|otp|totp|challenge|credentials?|keys?|keyring|sshkeys|cipassword|value|data)$/i;

/** Values that are secrets whatever their name: tickets, console tickets and token headers. */
const secretValue = /PVE(?:VNC)?:(?:[^\s:]+:)?[0-9A-F]{8}:|PVE(?:APIToken|AuthCookie)=/;

/** Shows the parameters of a call to a person: secrets as `••••`, long values cut. */
export const maskParameters = (parameters: Parameters): Readonly<Record<string, string>> => {
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    const text = wireTexts(value).join(',');
    if (secretName.test(name) || secretValue.test(text)) shown[name] = '••••';
    else shown[name] = text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
  }
  return shown;
};

/** What is known of a call when it is sent. */
interface CallStart {
  readonly method: Method;
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly address: string;
  readonly origin: 'poll' | 'person';
}

/** What is known at its end: a status when an answer came, else an error. */
type CallEnd = Pick<CallRecord, 'status' | 'error'>;

export interface WritableCallLog extends CallLog {
  /** Notes a call that is sent now. The function that is returned notes its end. */
  begin(call: CallStart): (end: CallEnd) => void;
}

/** The ring of the last 1,000 calls, and counters of the last minute that do not depend on the ring's size. */
export const createCallLog = (now: () => number): WritableCallLog => {
  let records: readonly CallRecord[] = [];
  let nextId = 1;
  const listeners = new Set<() => void>();
  const perSecond = new Map<number, { poll: number; person: number }>();

  const publish = (changed: readonly CallRecord[]): void => {
    records = changed;
    for (const listener of listeners) listener();
  };

  const count = (at: number, origin: 'poll' | 'person'): void => {
    const second = Math.floor(at / 1000);
    for (const old of perSecond.keys()) if (old <= second - windowSeconds) perSecond.delete(old);
    const counted = perSecond.get(second) ?? { poll: 0, person: 0 };
    counted[origin] += 1;
    perSecond.set(second, counted);
  };

  return {
    get records() {
      return records;
    },
    begin(call) {
      const started: CallRecord = { ...call, id: nextId, at: now() };
      nextId += 1;
      count(started.at, call.origin);
      publish([...records.slice(1 - capacity), started]);
      return (end) => {
        const ended: CallRecord = { ...started, ...end, durationMs: now() - started.at };
        publish(records.map((record) => (record.id === ended.id ? ended : record)));
      };
    },
    perMinute(at) {
      const second = Math.floor(at / 1000);
      const sum = { poll: 0, person: 0 };
      for (const [counted, { poll, person }] of perSecond) {
        if (counted <= second - windowSeconds || counted > second) continue;
        sum.poll += poll;
        sum.person += person;
      }
      return sum;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
