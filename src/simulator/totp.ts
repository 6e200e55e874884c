import { createHmac, timingSafeEqual } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Decodes base32 (RFC 4648) without padding; characters outside the alphabet are ignored. */
const fromBase32 = (text: string): Buffer => {
  const bits = [...text.toUpperCase()]
    .map((letter) => alphabet.indexOf(letter))
    .filter((value) => value >= 0)
    .map((value) => value.toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2)));
};

/** The six digits of RFC 6238 (SHA-1, 30 s) for a moment in seconds since 1970. */
export const totpCode = (secret: string, atSeconds: number): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atSeconds / 30)));
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0x0f;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
};

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** Accepts the code of this and the neighbouring steps, as proxmox-tfa does. */
export const verifyTotp = (secret: string, code: string, atSeconds: number): boolean =>
  [-30, 0, 30].some((skew) => same(totpCode(secret, atSeconds + skew), code));
